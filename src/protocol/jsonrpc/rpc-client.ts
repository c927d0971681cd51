// A JSON-RPC client over one connection. It never reconnects (that is its owner's decision) and never hangs: each call
// ends with the peer's outcome, or with an error that says whether the peer is gone, silent or speaks something else.
import type { Socket } from 'node:net';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { type Endpoint, renderEndpoint } from './endpoint.ts';
import { LineFramer } from './framing.ts';
import type { JsonObject } from './lossless-json.ts';
import { parseResponse, type RpcOutcome, renderRequest } from './rpc-message.ts';

/** The longest line of a gateway, whose jobs may list headers of ancestors (reference behaviour, point 17). */
const MAX_RESPONSE_BYTES = 4 << 20;
/** Calls in flight; the callers of this project have two. */
const MAX_PENDING = 64;

interface Pending {
  readonly resolve: (outcome: RpcOutcome) => void;
  readonly reject: (error: PearlError) => void;
  readonly timer: NodeJS.Timeout;
}

export class RpcClient {
  readonly #socket: Socket;
  readonly #url: string;
  readonly #pending = new Map<number, Pending>();
  readonly #framer = new LineFramer({ maxLineBytes: MAX_RESPONSE_BYTES, maxDiscardBytes: 0 });
  #nextId = 1;
  #failure: PearlError | null = null;
  /** Settles when the connection is over, whichever side ended it. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket, url: string) {
    this.#socket = socket;
    this.#url = url;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#fail(new PearlError('GATEWAY_UNREACHABLE', `The gateway at ${url} closed the connection.`));
        resolve();
      });
    });
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** Connects. Throws `GATEWAY_UNREACHABLE` when nothing answers within `timeoutMs`. */
  static connect(endpoint: Endpoint, timeoutMs: number): Promise<RpcClient> {
    const url = renderEndpoint(endpoint);
    // Not imported: `pause` finds out first whether there is anything to speak to.
    const { connect } = process.getBuiltinModule('node:net');
    return new Promise((resolve, reject) => {
      const socket =
        endpoint.kind === 'unix'
          ? connect({ path: endpoint.path })
          : connect({ host: endpoint.host, port: endpoint.port });
      const refuse = (message: string, cause?: Error) => {
        clearTimeout(timer);
        socket.destroy();
        const isNothing = ['ECONNREFUSED', 'ENOENT'].includes(errnoOf(cause) ?? '');
        const text = isNothing ? `Nothing listens at ${url}.` : `No gateway at ${url}: ${message}.`;
        reject(new PearlError('GATEWAY_UNREACHABLE', text, { cause }));
      };
      const onError = (error: Error) => refuse(error.message, error);
      const timer = setTimeout(() => refuse(`no connection within ${timeoutMs / 1000} s`), timeoutMs);
      socket.once('error', onError);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', onError);
        resolve(new RpcClient(socket, url));
      });
    });
  }

  /** True until the connection is over. */
  get open(): boolean {
    return this.#failure === null;
  }

  /**
   * Asks, and resolves with the peer's outcome (a result, or its error).
   *
   * Throws `GATEWAY_UNREACHABLE` when the connection ends or `timeoutMs` pass first, `GATEWAY_NONSENSE` when what comes
   * back is no JSON-RPC. After a time-out the connection stays: the late answer is ignored.
   */
  call(method: string, params: JsonObject, timeoutMs: number): Promise<RpcOutcome> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(new PearlError('GATEWAY_UNREACHABLE', `The gateway at ${this.#url} answers too slowly.`));
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const message = `The gateway at ${this.#url} did not answer ${method} within ${timeoutMs / 1000} s.`;
        reject(new PearlError('GATEWAY_UNREACHABLE', message));
      }, timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#socket.write(renderRequest(method, params, id));
    });
  }

  /** Disconnects; calls in flight end with an error. */
  close(): void {
    this.#fail(new PearlError('GATEWAY_UNREACHABLE', `The connection to ${this.#url} was closed.`));
  }

  #receive(chunk: Buffer): void {
    for (const frame of this.#framer.push(chunk)) {
      const response = frame.type === 'line' ? parseResponse(frame.bytes) : null;
      if (response === null) {
        this.#fail(
          new PearlError('GATEWAY_NONSENSE', `What answers at ${this.#url} is no Pearl gateway.`, {
            hint: 'Check [gateway] host, port and socket: another program may listen there.',
          }),
        );
        return;
      }
      this.#settle(response.id, response.outcome);
    }
  }

  /** An answer without an id (the peer could not read a line of ours) belongs to the oldest question. */
  #settle(id: number | null, outcome: RpcOutcome): void {
    const key = id ?? this.#pending.keys().next().value;
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (key === undefined || pending === undefined) return;
    clearTimeout(pending.timer);
    this.#pending.delete(key);
    pending.resolve(outcome);
  }

  #fail(failure: PearlError): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    this.#socket.destroy();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(failure);
    }
    this.#pending.clear();
  }
}
