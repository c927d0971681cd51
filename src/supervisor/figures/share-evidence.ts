// The accepted shares of the last day, each with the work that it takes on average: what an implied rate is made of.
import type { ShareSums } from './implied-rate.ts';

/** Older shares say little about today. */
const LONGEST_MS = 24 * 3_600_000;
/** So many tell the rate to three percent; more would only cost memory. */
const MOST_SHARES = 4096;

interface EvidenceMark {
  readonly atMs: number;
  /** What the miner had counted at that moment, since the supervisor started. */
  readonly macs: bigint;
}

export class ShareEvidence {
  /** The stretch begins here: at the start, then at the last share that was forgotten, which itself no longer counts. */
  #begin: EvidenceMark;
  #shares: (EvidenceMark & { readonly work: number })[] = [];

  constructor(nowMs: number) {
    this.#begin = { atMs: nowMs, macs: 0n };
  }

  /** An accepted share that takes `work` multiply-accumulates on average. */
  accept(work: bigint, macs: bigint, nowMs: number): void {
    this.#shares.push({ atMs: nowMs, macs, work: Number(work) });
    let gone = 0;
    while (this.#shares.length - gone > MOST_SHARES || this.#isOld(this.#shares[gone], nowMs)) gone += 1;
    const last = this.#shares[gone - 1];
    if (last === undefined) return;
    this.#begin = last;
    this.#shares = this.#shares.slice(gone);
  }

  sums(macs: bigint, nowMs: number): ShareSums {
    const { atMs, macs: before } = this.#begin;
    let [work, workSquared, largestWork] = [0, 0, 0];
    for (const share of this.#shares) {
      work += share.work;
      workSquared += share.work ** 2;
      largestWork = Math.max(largestWork, share.work);
    }
    return {
      shares: this.#shares.length,
      work,
      workSquared,
      largestWork,
      seconds: (nowMs - atMs) / 1000,
      measuredMacs: Number(macs - before),
    };
  }

  #isOld(share: EvidenceMark | undefined, nowMs: number): boolean {
    return share !== undefined && share.atMs < nowMs - LONGEST_MS;
  }
}
