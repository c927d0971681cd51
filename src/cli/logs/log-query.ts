// What of a log is wanted, and since when. Pure.
import { PearlError } from '../../base/errors.ts';
import { isAtLeast, type LogLevel, type LogSource } from '../../base/logs/log-record.ts';
import type { LogLine } from './log-line.ts';

export interface LogQuery {
  /** At most so many of the newest that match. */
  readonly lines: number;
  readonly sinceMs: number | null;
  /** This and what is worse. */
  readonly level: LogLevel;
  /** Others speak too, such as systemd about the service. */
  readonly speaker: LogSource | null;
}

/** A line that does not say when is as old as its neighbours: time alone never hides it. */
export function matches({ atMs, level, source }: LogLine, query: LogQuery): boolean {
  if (query.speaker !== null && source !== query.speaker) return false;
  if (query.sinceMs !== null && atMs !== null && atMs < query.sinceMs) return false;
  return isAtLeast(level, query.level);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * `90s`, `10m`, `2h`, `3d` and `1w` ago; `today`, `yesterday`; or a date with or without a time, in local time as journalctl
 * has it, or with its zone.
 *
 * @throws PearlError USAGE for anything else.
 */
export function parseSince(text: string, nowMs: number): number {
  const [, count, unit = ''] = /^(\d{1,6})(s|m|min|h|d|w)$/.exec(text.trim()) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNIT_SECONDS[unit] ?? 0) * 1000;
  const midnight = new Date(nowMs).setHours(0, 0, 0, 0);
  if (text === 'today') return midnight;
  // Through the calendar: a day may have 23 hours.
  if (text === 'yesterday') return new Date(midnight).setDate(new Date(midnight).getDate() - 1);
  const date = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text.trim());
  // ECMAScript reads a date alone as UTC, and with a time as local.
  const parsed =
    date === null ? Number.NaN : Date.parse(date[1] ? text.trim().replace(' ', 'T') : `${text.trim()}T00:00`);
  if (Number.isFinite(parsed)) return parsed;
  throw new PearlError('USAGE', `--since does not take ${text.slice(0, 40)}.`, {
    hint: 'Type an age or a time: --since 2h, --since yesterday, --since "2026-01-31 14:00"',
  });
}
