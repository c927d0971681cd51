// The measured rate over three windows, and the total that goes on when a new miner counts from zero again.

/** Windows of `status`: 10 s, 60 s, 15 min. */
const LONGEST_WINDOW_MS = 15 * 60_000;

interface MeteredWork {
  atMs: number;
  macs: bigint;
}

export class RateMeter {
  /** About one sample a second for fifteen minutes. */
  #samples: MeteredWork[] = [];
  #finished = 0n;
  #current = 0n;

  /** Multiply-accumulates since the supervisor started, over all miners. */
  get total(): bigint {
    return this.#finished + this.#current;
  }

  /** The miner's own counter, which never falls while it lives. */
  observe(macs: bigint, nowMs: number): void {
    if (macs > this.#current) this.#current = macs;
    this.#samples.push({ atMs: nowMs, macs: this.total });
    const oldest = nowMs - LONGEST_WINDOW_MS;
    let outdated = 0;
    // One sample beyond the window stays: the rate is measured from it.
    while ((this.#samples[outdated + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= oldest) outdated += 1;
    if (outdated > 0) this.#samples = this.#samples.slice(outdated);
  }

  /** The next miner counts from zero. */
  startOver(): void {
    this.#finished += this.#current;
    this.#current = 0n;
  }

  /** Whole MAC/s over the window that ends now, or since the first sample when that is shorter. */
  macsPerSecond(windowMs: number, nowMs: number): number {
    const from = this.#samples.findLast(({ atMs }) => atMs <= nowMs - windowMs) ?? this.#samples[0];
    if (from === undefined || nowMs - from.atMs < 1) return 0;
    return Math.round(Number(this.total - from.macs) / ((nowMs - from.atMs) / 1000));
  }
}
