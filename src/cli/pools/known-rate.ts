// This machine's rate without measuring it: what the running miner does, else what the last calibration found.
import type { Paths } from '../../config/paths.ts';
import { readCalibration } from '../../miner/calibration/calibration-record.ts';
import { readStats } from '../../state/stats/stats-record.ts';

export interface KnownRate {
  readonly macsPerSecond: number;
  readonly source: 'mining' | 'calibration';
  /** ISO 8601. */
  readonly at: string;
}

/** Figures older than this are of a supervisor that has ended. */
const FRESH_MS = 15_000;

/** Null where nothing has been measured. */
export function knownRate({ statsFile, calibrationFile }: Paths, nowMs = Date.now()): KnownRate | null {
  const stats = readStats(statsFile);
  if (stats.kind === 'valid') {
    const { updatedAt: at, rate } = stats.value;
    const isFresh = nowMs - Date.parse(at) < FRESH_MS;
    if (isFresh && rate.macsPerSecond60s > 0) return { macsPerSecond: rate.macsPerSecond60s, source: 'mining', at };
  }
  const calibration = readCalibration(calibrationFile);
  if (calibration === null || calibration.macs_per_second <= 0) return null;
  return { macsPerSecond: calibration.macs_per_second, source: 'calibration', at: calibration.at };
}
