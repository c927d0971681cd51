// The past in memory: samples become bins of the finest level, and full bins become part of the next. Pure, on times that it is
// given. A time without bins is a time without a supervisor, or asleep.
import { type Bin, beginOf, coarser, LEVELS, merged, RANGES, type RangeName } from './levels.ts';

export interface Sample {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  readonly macsPerSecond: number;
  /** Counts that only rise, except that a new ledger begins at zero. */
  readonly shares: Pick<Bin, 'accepted' | 'rejected' | 'stale' | 'dropped'>;
  readonly celsius: number | null;
  readonly watts: number | null;
}

/** A bin that will not change any more, for the file. */
export interface ClosedBin {
  readonly level: number;
  readonly bin: Bin;
}

export class Past {
  /** Per level: the full bins, oldest first, and the one that is being filled. */
  readonly #closed: Bin[][];
  readonly #open: (Bin | null)[];
  #shares: Sample['shares'] | null = null;

  /** @param kept what an earlier process kept, per level, in any order and with holes. */
  constructor(kept: readonly (readonly Bin[])[] = [], nowSeconds = Number.POSITIVE_INFINITY) {
    this.#closed = LEVELS.map((_, level) => (kept[level] ?? []).filter(({ at }) => at <= nowSeconds).sort(byTime));
    this.#open = LEVELS.map(() => null);
    this.#refill();
    for (const level of LEVELS.keys()) this.#trim(level);
  }

  /** The counts before the first sample: only what is above them is news. */
  countFrom(shares: Sample['shares']): void {
    this.#shares = shares;
  }

  /** Takes a sample, and gives the bins that it made full. */
  add({ atMs, macsPerSecond, shares, celsius, watts }: Sample): ClosedBin[] {
    const at = Math.floor(atMs / 1000);
    this.#forgetFrom(at);
    const before = this.#shares ?? shares;
    const news = (name: keyof Sample['shares']) => Math.max(0, shares[name] - before[name]);
    this.#shares = shares;
    const rate = Math.round(macsPerSecond);
    return this.#put(0, {
      at: beginOf(at, LEVELS[0].stepSeconds),
      samples: 1,
      mean: rate,
      low: rate,
      high: rate,
      accepted: news('accepted'),
      rejected: news('rejected'),
      stale: news('stale'),
      dropped: news('dropped'),
      celsius,
      watts,
    });
  }

  /** The bins of a range up to now, from `sinceSeconds` on; the last of them may still grow. */
  series(range: RangeName, nowSeconds: number, sinceSeconds = Number.NEGATIVE_INFINITY): Bin[] {
    const { seconds, level } = RANGES[range];
    const { stepSeconds } = LEVELS[level];
    const growing = this.#open
      .slice(0, level + 1)
      .reverse()
      .filter((bin) => bin !== null);
    const from = Math.max(nowSeconds - seconds, sinceSeconds);
    return [...(this.#closed[level] ?? []), ...coarser(growing, stepSeconds)].filter(({ at }) => at >= from);
  }

  #put(level: number, bin: Bin): ClosedBin[] {
    const step = LEVELS[level]?.stepSeconds;
    if (step === undefined) return [];
    const at = beginOf(bin.at, step);
    const open = this.#open[level] ?? null;
    if (open?.at === at) {
      this.#open[level] = merged(open, bin, at);
      return [];
    }
    this.#open[level] = { ...bin, at };
    if (open === null) return [];
    this.#closed[level]?.push(open);
    this.#trim(level);
    return [{ level, bin: open }, ...this.#put(level + 1, open)];
  }

  /** Bins that were never full, or were torn, are made of the finer ones; the newest of each level goes on growing. */
  #refill(): void {
    for (const [level, { stepSeconds }] of LEVELS.entries()) {
      const own = this.#closed[level] ?? [];
      const finer = level === 0 ? [] : [...(this.#closed[level - 1] ?? []), ...openOf(this.#open[level - 1])];
      const known = new Set(own.map(({ at }) => at));
      const missing = coarser(finer, stepSeconds).filter(({ at }) => !known.has(at));
      own.push(...missing);
      own.sort(byTime);
      // What the finer levels have only begun to hand up must not be counted twice.
      if (level > 0 && missing.at(-1) === own.at(-1)) this.#reopen(level, own);
    }
  }

  #reopen(level: number, own: Bin[]): void {
    const newest = own.pop();
    const step = LEVELS[level]?.stepSeconds ?? 1;
    if (newest === undefined) return;
    const handedUp = (this.#closed[level - 1] ?? []).filter(({ at }) => beginOf(at, step) === newest.at);
    this.#open[level] = coarser(handedUp, step)[0] ?? null;
  }

  /** A clock that was set back leaves bins in the future, where they would stay for ever. */
  #forgetFrom(atSeconds: number): void {
    for (const [level, { stepSeconds }] of LEVELS.entries()) {
      const begin = beginOf(atSeconds, stepSeconds);
      const bins = this.#closed[level] ?? [];
      while ((bins.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= begin) bins.pop();
      if ((this.#open[level]?.at ?? Number.NEGATIVE_INFINITY) > begin) this.#open[level] = null;
    }
  }

  #trim(level: number): void {
    const bins = this.#closed[level] ?? [];
    bins.splice(0, Math.max(0, bins.length - (LEVELS[level]?.places ?? 0)));
  }
}

function openOf(bin: Bin | null | undefined): Bin[] {
  return bin == null ? [] : [bin];
}

function byTime(a: Bin, b: Bin): number {
  return a.at - b.at;
}
