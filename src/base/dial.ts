// A TCP connection to a name with several addresses: attempts start one after the other and live on side by side until one
// of them is through (RFC 8305). Node's own cuts every attempt but the last at 250 ms, so that a slow link never connects.
import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { errnoOf } from './errors.ts';

/** RFC 8305, section 8: the delay between two attempts. */
const ATTEMPT_DELAY_MS = 250;
/** More addresses than this of one name are not tried in one go. */
const MAX_ADDRESSES = 16;

export interface DialledAddress {
  readonly address: string;
  /** The system's error code, or null while it is under way. */
  readonly code: string | null;
}

/** All addresses of a name; tests put their own here. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface DialOptions {
  readonly host: string;
  readonly port: number;
  readonly resolve?: Resolve | undefined;
  readonly attemptDelayMs?: number;
}

/** All attempts failed: `code` is that of the last one, and `attempts` has each. */
export class DialError extends Error {
  readonly code: string;
  readonly attempts: readonly DialledAddress[];

  constructor(code: string, attempts: readonly DialledAddress[]) {
    super(`the connection failed (${code})`);
    this.code = code;
    this.attempts = attempts;
  }
}

export interface Dialled {
  readonly socket: Socket;
  /** The addresses that failed before. */
  readonly failed: readonly DialledAddress[];
}

/**
 * Connects.
 *
 * @throws DialError when every attempt failed, or with the code ETIMEDOUT when `signal` was aborted first.
 */
export function dialled(options: DialOptions, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve, reject) => {
    void new Dial(options, signal, resolve, reject).start();
  });
}

/** The attempts of one connection; it ends with exactly one of the two calls. */
class Dial {
  readonly #options: DialOptions;
  readonly #signal: AbortSignal;
  readonly #onDialled: (dialled: Dialled) => void;
  readonly #onError: (error: DialError) => void;
  readonly #sockets = new Set<Socket>();
  readonly #attempts: { address: string; code: string | null }[] = [];
  readonly #late = () => this.#fail('ETIMEDOUT');
  #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(
    options: DialOptions,
    signal: AbortSignal,
    onDialled: (dialled: Dialled) => void,
    onError: (error: DialError) => void,
  ) {
    this.#options = options;
    this.#signal = signal;
    this.#onDialled = onDialled;
    this.#onError = onError;
  }

  async start(): Promise<void> {
    if (this.#signal.aborted) return this.#late();
    this.#signal.addEventListener('abort', this.#late, { once: true });
    try {
      const addresses = await addressesOf(this.#options.host, this.#options.resolve);
      if (this.#over) return;
      this.#waiting = addresses;
      this.#next();
    } catch (error) {
      if (!this.#over) this.#fail(error instanceof DialError ? error.code : 'EAI_AGAIN');
    }
  }

  #next(): void {
    clearTimeout(this.#timer);
    const address = this.#waiting.shift();
    if (address === undefined) return;
    const attempt = { address, code: null as string | null };
    this.#attempts.push(attempt);
    const socket = connect({ host: address, port: this.#options.port });
    this.#sockets.add(socket);
    socket.once('connect', () => this.#win(socket));
    socket.on('error', (error) => {
      attempt.code ??= errnoOf(error) ?? 'EIO';
    });
    socket.once('close', () => this.#lose(socket, attempt.code ?? 'ECONNRESET'));
    if (this.#waiting.length > 0) {
      this.#timer = setTimeout(() => this.#next(), this.#options.attemptDelayMs ?? ATTEMPT_DELAY_MS);
    }
  }

  #win(socket: Socket): void {
    if (this.#over) return;
    this.#sockets.delete(socket);
    socket.removeAllListeners('close');
    socket.removeAllListeners('error');
    // What happens to it before its owner listens is told by its closing.
    socket.on('error', () => {});
    this.#end();
    this.#onDialled({ socket, failed: this.#attempts.filter(({ code }) => code !== null) });
  }

  #lose(socket: Socket, code: string): void {
    this.#sockets.delete(socket);
    if (this.#over) return;
    if (this.#waiting.length > 0) this.#next();
    else if (this.#sockets.size === 0) this.#fail(code);
  }

  #fail(code: string): void {
    this.#end();
    this.#onError(new DialError(code, this.#attempts));
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#late);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }
}

/** The addresses of a name in the order in which they are tried, at least one. Throws DialError. */
export async function addressesOf(host: string, resolve: Resolve = lookedUp): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const addresses = await resolve(host).catch((error: unknown) => {
    throw new DialError(errnoOf(error) ?? 'EAI_AGAIN', []);
  });
  if (addresses.length === 0) throw new DialError('ENOTFOUND', []);
  return interleaved(addresses).slice(0, MAX_ADDRESSES);
}

async function lookedUp(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** The families by turns, beginning with the one that the system prefers: one that is dead costs one delay. */
export function interleaved(addresses: readonly string[]): string[] {
  const first = addresses.filter((address) => isIP(address) === isIP(addresses[0] ?? ''));
  const second = addresses.filter((address) => isIP(address) !== isIP(addresses[0] ?? ''));
  return first
    .flatMap((address, index) => [address, ...second.slice(index, index + 1)])
    .concat(second.slice(first.length));
}
