// The rate's past as the chart and its table want it. Pure: merging what comes with what is there, choosing what a range
// shows, leaving gaps where nothing was measured.
import type { RatePast, RatePoint } from '../site/rate-history.ts';

export const RANGES = {
  quarter: { seconds: 15 * 60, rowSeconds: 60, words: 'the last 15 minutes' },
  hours: { seconds: 3 * 3600, rowSeconds: 15 * 60, words: 'the last 3 hours' },
  day: { seconds: 24 * 3600, rowSeconds: 3600, words: 'the last 24 hours' },
} as const;

export type RangeName = keyof typeof RANGES;

/** A time without points that is longer than so many steps was not measured. */
const GAP_STEPS = 4;
/** What is kept here is bounded by time, as there; a page may stay open for weeks. */
const KEPT_SECONDS = { recent: RANGES.quarter.seconds, day: RANGES.day.seconds };

/**
 * The past with the news added. A new supervisor has none of it, so what is here is kept; except for what a clock
 * that was set back has made the future.
 */
export function merge(past: RatePast | null, news: RatePast, nowSeconds: number): RatePast {
  if (past === null) return news;
  const joined = (name: 'recent' | 'day') => ({
    ...news[name],
    points: join(past[name].points, news[name].points, nowSeconds - KEPT_SECONDS[name], nowSeconds),
  });
  return { recent: joined('recent'), day: joined('day') };
}

function join(old: readonly RatePoint[], fresh: readonly RatePoint[], from: number, to: number): RatePoint[] {
  const first = fresh[0]?.[0] ?? Number.POSITIVE_INFINITY;
  // A point's time is rounded, and may be half a second late.
  return [...old.filter(([at]) => at < first && at <= to + 1), ...fresh].filter(([at]) => at >= from);
}

/** The time up to which everything is here, to ask for what came later; null before anything came. */
export function lastSecond(past: RatePast | null): number | null {
  return past?.recent.points.at(-1)?.[0] ?? null;
}

export interface RateWindow {
  points: readonly RatePoint[];
  stepSeconds: number;
}

/** What a range shows: the fine points for the quarter of an hour, and while there are hardly any coarse ones. */
export function select({ recent, day }: RatePast, range: RangeName, nowSeconds: number): RateWindow {
  const from = nowSeconds - RANGES[range].seconds;
  const inRange = (points: readonly RatePoint[]) => points.filter(([at]) => at >= from);
  const coarse = range === 'quarter' ? [] : inRange(day.points);
  if (coarse.length > 15) return { points: coarse, stepSeconds: day.stepSeconds };
  return { points: inRange(recent.points), stepSeconds: recent.stepSeconds };
}

export interface Plot {
  seconds: number[];
  rates: (number | null)[];
  /** When shares were accepted: seconds of the points that counted more of them than the one before. */
  shares: number[];
}

/** The points as columns, with a null in the middle of each time without a measurement. */
export function plotOf({ points, stepSeconds }: RateWindow): Plot {
  const plot: Plot = { seconds: [], rates: [], shares: [] };
  let previous: RatePoint | undefined;
  for (const point of points) {
    const [at, rate, accepted] = point;
    if (previous !== undefined) {
      if (at - previous[0] > GAP_STEPS * stepSeconds) {
        plot.seconds.push((at + previous[0]) / 2);
        plot.rates.push(null);
      } else if (accepted > previous[2]) {
        plot.shares.push(at);
      }
    }
    plot.seconds.push(at);
    plot.rates.push(rate);
    previous = point;
  }
  return plot;
}

export interface RateRow {
  fromSeconds: number;
  mean: number;
  lowest: number;
  highest: number;
  /** Accepted in this time. */
  shares: number;
}

/** The same in rows of equal times, newest first. */
export function rowsOf(points: readonly RatePoint[], rowSeconds: number): RateRow[] {
  const groups = new Map<number, RatePoint[]>();
  for (const point of points) {
    const from = Math.floor(point[0] / rowSeconds) * rowSeconds;
    const group = groups.get(from);
    if (group === undefined) groups.set(from, [point]);
    else group.push(point);
  }
  const rows: RateRow[] = [];
  let acceptedBefore = points[0]?.[2] ?? 0;
  for (const [fromSeconds, group] of groups) {
    const rates = group.map(([, rate]) => rate);
    const accepted = group.at(-1)?.[2] ?? acceptedBefore;
    rows.push({
      fromSeconds,
      mean: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      lowest: Math.min(...rates),
      highest: Math.max(...rates),
      shares: Math.max(0, accepted - acceptedBefore),
    });
    acceptedBefore = accepted;
  }
  return rows.reverse();
}
