// The past as one document: what `/api/history` answers, what `status --history --json` prints, and what the page draws. Pure.
import type { Events, PastEvent } from './events.ts';
import { type Bin, LEVELS, RANGES, type RangeName, tenths } from './levels.ts';
import type { Past } from './past.ts';

/** What a point holds, in this order; null where it was not measured. */
export const COLUMNS = [
  'atSeconds',
  'macsPerSecond',
  'lowest',
  'highest',
  'accepted',
  'rejected',
  'stale',
  'dropped',
  'celsius',
  'watts',
] as const;
type Column = (typeof COLUMNS)[number];

/** What happened, as it is kept. */
export interface KeptHistory {
  readonly past: Pick<Past, 'series'>;
  readonly events: Pick<Events, 'all'>;
}

export type Point = readonly (number | null)[];

export interface HistoryDocument {
  schemaVersion: 1;
  /** When it was said; ISO 8601, UTC. */
  at: string;
  range: RangeName;
  stepSeconds: number;
  columns: readonly Column[];
  points: Point[];
  events: ShownEvent[];
}

export type ShownEvent = ReturnType<typeof shownEvent>;

export function historyDocument(
  range: RangeName,
  bins: readonly Bin[],
  events: readonly PastEvent[],
  nowMs: number,
): HistoryDocument {
  const { seconds, level } = RANGES[range];
  return {
    schemaVersion: 1,
    at: new Date(nowMs).toISOString(),
    range,
    stepSeconds: LEVELS[level].stepSeconds,
    columns: COLUMNS,
    points: bins.map(pointOf),
    events: events.filter(({ lastMs }) => lastMs >= nowMs - seconds * 1000).map(shownEvent),
  };
}

function pointOf(bin: Bin): Point {
  const { at, mean, low, high, accepted, rejected, stale, dropped, celsius, watts } = bin;
  const measured = [celsius, watts].map((value) => value && tenths(value));
  return [at, Math.round(mean), low, high, accepted, rejected, stale, dropped, ...measured];
}

function shownEvent({ number, kind, atMs, lastMs, times, text }: PastEvent) {
  return { number, kind, at: new Date(atMs).toISOString(), lastAt: new Date(lastMs).toISOString(), times, text };
}
