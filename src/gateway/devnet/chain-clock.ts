// The chain's time: Unix seconds that never go back and never jump while the process lives, whatever happens to the wall
// clock. Otherwise a clock set back would freeze every header's time stamp, and the difficulty would only ever rise.

export class ChainClock {
  readonly #startSeconds: number;
  readonly #startedAtMs = performance.now();

  /** Starts at the wall clock's time, or at the chain's last time stamp where that is later. */
  constructor(lastTimestamp: number) {
    this.#startSeconds = Math.max(Date.now() / 1000, lastTimestamp);
  }

  seconds(): number {
    return this.#startSeconds + (performance.now() - this.#startedAtMs) / 1000;
  }
}
