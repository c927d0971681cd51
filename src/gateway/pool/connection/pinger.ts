// Signs of life for a pool that hangs up on silent clients: `mining.ping` at intervals, whose answers mean nothing.
import { keepNewestKeys } from '../../../base/keep-newest.ts';

/** A pool that closes so soon after a ping closes because of it. */
const GRACE_MS = 2000;
/** Pings whose answers may still come. */
const MAX_OPEN = 16;

export interface PingerOptions {
  /** Milliseconds between two pings, or null for none. */
  readonly pingMs: number | null;
  readonly takeId: () => number;
  readonly write: (id: number) => void;
}

export class Pinger {
  readonly #options: PingerOptions;
  readonly #open = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #lastAt = 0;
  #startedAt = 0;

  constructor(options: PingerOptions) {
    this.#options = options;
  }

  /** Monotonic milliseconds of the last ping; 0 before the first. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Monotonic milliseconds of the accepted login; 0 before it. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** True when the last ping is only just out. */
  get isUnwanted(): boolean {
    return this.#lastAt > 0 && performance.now() - this.#lastAt < GRACE_MS;
  }

  /** From the accepted login on. */
  start(): void {
    this.#startedAt = performance.now();
    const { pingMs } = this.#options;
    if (pingMs !== null) this.#timer = setInterval(() => this.#ping(), pingMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** True when this id is one of our pings, whatever the pool says to it. */
  answered(id: number): boolean {
    return this.#open.delete(id);
  }

  #ping(): void {
    const id = this.#options.takeId();
    this.#open.add(id);
    keepNewestKeys(this.#open, MAX_OPEN);
    this.#lastAt = performance.now();
    this.#options.write(id);
  }
}
