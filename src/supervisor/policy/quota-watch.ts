// Notices that the control group's quota of processor time is another one than the miner was started with. A miner sets up its threads
// by it at its start, which takes a tenth of a second, so it is started again.

/** A quota that is still being changed is waited out. */
const LOOK_MS = 5000;

export class QuotaWatch {
  readonly #read: () => number | null;
  #known: number | null;
  #seen: number | null;
  #nextMs = 0;

  /** @param read processors' worth of time, or null without a quota. */
  constructor(read: () => number | null) {
    this.#read = read;
    this.#known = read();
    this.#seen = this.#known;
  }

  /** Why the miner has to come back, once for each change; null otherwise. */
  news(nowMs: number): string | null {
    if (nowMs < this.#nextMs) return null;
    this.#nextMs = nowMs + LOOK_MS;
    const before = this.#seen;
    this.#seen = this.#read();
    if (this.#seen !== before || this.#seen === this.#known) return null;
    this.#known = this.#seen;
    return this.#known === null
      ? 'its control group has no quota any more'
      : `its control group allows ${Number(this.#known.toFixed(2))} of a processor now`;
  }
}
