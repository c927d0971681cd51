// The past as the chart and its table want it. Pure: merging what comes with what is there, and bins of equal times.
import type { HistoryDocument, Point } from '../../state/history/history-document.ts';
import { type Bin, coarser, RANGES, type RangeName } from '../../state/history/levels.ts';

export type ShownPast = Pick<HistoryDocument, 'range' | 'stepSeconds' | 'points' | 'events'>;

/** Seconds of a row of the table. */
const ROW_SECONDS: Record<RangeName, number> = { '15m': 60, '3h': 900, '24h': 3600, '7d': 43_200, '30d': 86_400 };

/**
 * The past with the news added. Another range has nothing in common with it; a new supervisor may know less, so what is here
 * is kept, except what lies in the future since the clock was set back.
 */
export function merge(past: ShownPast | null, news: ShownPast, nowSeconds: number): ShownPast {
  if (past === null || past.range !== news.range) return news;
  const first = news.points[0]?.[0] ?? Number.POSITIVE_INFINITY;
  const from = nowSeconds - RANGES[news.range].seconds;
  const old = past.points.filter(([at]) => at != null && at < first && at >= from && at <= nowSeconds + 1);
  return { ...news, points: [...old, ...news.points] };
}

/** The time from which on news are wanted: the last bin may have grown. Null where everything is. */
export function lastSecond(past: ShownPast | null): number | null {
  return past?.points.at(-1)?.[0] ?? null;
}

export function binsOf(points: readonly Point[]): Bin[] {
  return points.map(([at, mean, low, high, accepted, rejected, stale, dropped, celsius, watts]) => ({
    at: at ?? 0,
    samples: 1,
    mean: mean ?? 0,
    low: low ?? 0,
    high: high ?? 0,
    accepted: accepted ?? 0,
    rejected: rejected ?? 0,
    stale: stale ?? 0,
    dropped: dropped ?? 0,
    celsius: celsius ?? null,
    watts: watts ?? null,
  }));
}

/** Bins joined to rows of equal times, newest first. */
export function rowsOf(bins: readonly Bin[], range: RangeName): Bin[] {
  return coarser(bins, ROW_SECONDS[range]).reverse();
}

/** Runs of bins that follow each other closely: between two runs nothing was measured. */
export function runsOf(bins: readonly Bin[], stepSeconds: number): Bin[][] {
  const runs: Bin[][] = [];
  for (const bin of bins) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last === undefined || bin.at - last.at > 3 * stepSeconds) runs.push([bin]);
    else run.push(bin);
  }
  return runs;
}

/** The bin that is nearest to a time; null without any. */
export function nearest(bins: readonly Bin[], atSeconds: number): Bin | null {
  return bins.reduce<Bin | null>(
    (best, bin) => (best === null || Math.abs(bin.at - atSeconds) < Math.abs(best.at - atSeconds) ? bin : best),
    null,
  );
}
