// How fine the past is kept, and for how long: five levels of equal bins, each made of those of the level before. And the bin
// itself: what happened within its time, so that bins of one level add up to one of the next. Pure.

export const LEVELS = [
  { stepSeconds: 5, places: 192 },
  { stepSeconds: 60, places: 192 },
  { stepSeconds: 300, places: 300 },
  { stepSeconds: 1800, places: 344 },
  { stepSeconds: 7200, places: 368 },
] as const;

/** What people look at: the time that a range covers, and the level it is drawn from. */
export const RANGES = {
  '15m': { seconds: 15 * 60, level: 0, words: 'the last 15 minutes' },
  '3h': { seconds: 3 * 3600, level: 1, words: 'the last 3 hours' },
  '24h': { seconds: 24 * 3600, level: 2, words: 'the last 24 hours' },
  '7d': { seconds: 7 * 86_400, level: 3, words: 'the last 7 days' },
  '30d': { seconds: 30 * 86_400, level: 4, words: 'the last 30 days' },
} as const;
export type RangeName = keyof typeof RANGES;

export function isRange(name: string): name is RangeName {
  return Object.hasOwn(RANGES, name);
}

export interface Bin {
  /** Its begin, Unix seconds: a whole multiple of the level's step. */
  readonly at: number;
  /** How many samples it is made of; means are weighted by it. */
  readonly samples: number;
  /** MAC/s: mean, lowest and highest. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Shares that got this verdict within its time. */
  readonly accepted: number;
  readonly rejected: number;
  readonly stale: number;
  readonly dropped: number;
  /** Means; null where they were not measured. */
  readonly celsius: number | null;
  readonly watts: number | null;
}

/** The begin of the bin of this step that a time falls into. */
export function beginOf(atSeconds: number, stepSeconds: number): number {
  return Math.floor(atSeconds / stepSeconds) * stepSeconds;
}

/** Two bins as the one that begins at `at`. */
export function merged(a: Bin, b: Bin, at: number): Bin {
  const samples = a.samples + b.samples;
  const part = b.samples / samples;
  return {
    at,
    samples,
    mean: a.mean + (b.mean - a.mean) * part,
    low: Math.min(a.low, b.low),
    high: Math.max(a.high, b.high),
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    stale: a.stale + b.stale,
    dropped: a.dropped + b.dropped,
    celsius: meanOf(a.celsius, b.celsius, part),
    watts: meanOf(a.watts, b.watts, part),
  };
}

function meanOf(a: number | null, b: number | null, part: number): number | null {
  if (a === null || b === null) return a ?? b;
  return a + (b - a) * part;
}

/** Bins of one level as those of a coarser step, in their order. */
export function coarser(bins: readonly Bin[], stepSeconds: number): Bin[] {
  const coarse: Bin[] = [];
  for (const bin of bins) {
    const at = beginOf(bin.at, stepSeconds);
    const last = coarse.at(-1);
    if (last?.at === at) coarse[coarse.length - 1] = merged(last, bin, at);
    else coarse.push({ ...bin, at });
  }
  return coarse;
}

/** As the sensors have it. */
export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
