// The rate that a submit tells a pool for its display: the one of the last minute, and none until that minute is full of mining.
import type { Stats } from '../../state/stats/stats-record.ts';
import type { FileReading } from '../../state/table/read-file.ts';

/** Figures older than this are of another process. */
const FRESH_MS = 15_000;
/** The window of the rate that pools are told. */
const RATE_WINDOW_SECONDS = 60;

/** Multiply-accumulates per second by what the supervisor last wrote, or null where that would tell less than the machine does. */
export function toldRate(reading: FileReading<Stats>, nowMs: number): number | null {
  if (reading.kind !== 'valid') return null;
  const { updatedAt, uptimeSeconds, rate } = reading.value;
  const isFresh = nowMs - Date.parse(updatedAt) < FRESH_MS;
  // While the window still holds the time before the first job, the mean is far below what the machine does.
  const isFull = uptimeSeconds >= RATE_WINDOW_SECONDS && rate.macsPerSecond60s * 2 >= rate.macsPerSecond10s;
  return isFresh && isFull && rate.macsPerSecond60s > 0 ? rate.macsPerSecond60s : null;
}
