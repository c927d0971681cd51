// The arithmetic of the chart: round steps for its axes, and the paths of its curves. Pure, in points of the screen.
import type { Bin } from '../../state/history/levels.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Seconds between two labels of time. */
const TIME_STEPS = [5, 15, 30, MINUTE, 2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE];
const LONG_TIME_STEPS = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, 7 * DAY];

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Round times within a span, at most `most` of them; in the zone that is `zoneSeconds` east of UTC. */
export function timeTicks({ from, to }: Span, most: number, zoneSeconds: number): { ticks: number[]; step: number } {
  const steps = [...TIME_STEPS, ...LONG_TIME_STEPS];
  const step = steps.find((one) => (to - from) / one <= most) ?? 7 * DAY;
  const first = Math.ceil((from + zoneSeconds) / step) * step - zoneSeconds;
  const ticks: number[] = [];
  for (let at = first; at <= to; at += step) ticks.push(at);
  return { ticks, step };
}

/** From zero to a round figure not below `most`, in two to five equal steps. */
export function valueTicks(most: number): number[] {
  if (!(most > 0)) return [0];
  const unit = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2].map((part) => part * unit).find((one) => most / one <= 5) ?? unit;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** A place in points. */
export type ChartPoint = readonly [x: number, y: number];

export function linePath(places: readonly ChartPoint[]): string {
  return places.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
}

/** The ground between an upper edge and a lower one. */
export function areaPath(upper: readonly ChartPoint[], lower: readonly ChartPoint[]): string {
  return upper.length === 0 ? '' : `${linePath([...upper, ...[...lower].reverse()])}Z`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How many seconds a bar covers so that it is at least so many points wide: a whole number of bins. */
export function barSeconds(stepSeconds: number, span: Span, width: number, least: number): number {
  const points = (stepSeconds / Math.max(1, span.to - span.from)) * width;
  return stepSeconds * Math.max(1, Math.ceil(least / points));
}

export const SHARE_PARTS = ['accepted', 'stale', 'rejected', 'dropped'] as const;

export function sharesIn(bin: Bin): number {
  return SHARE_PARTS.reduce((sum, part) => sum + bin[part], 0);
}
