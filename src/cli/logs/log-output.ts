// A line of the log for people, or as JSON. Pure.
import { writtenFields } from '../../base/logs/log-record.ts';
import { localTime } from '../../state/local-time.ts';
import type { LogLine } from './log-line.ts';

/** Of most moments; one in UTC is shorter. */
const WIDTH = '2026-01-31 14:05:06 +01:00'.length;
const PAINT: Readonly<Record<string, string>> = { error: '31', warn: '33', debug: '2' };

/** `2026-01-31 14:05:06 +01:00 warn  miner: what it said`. */
export function renderLogLine(line: LogLine, colour: boolean): string {
  const { atMs, level, source, message, fields } = line;
  const when = atMs === null ? '-'.repeat(WIDTH) : localTime(new Date(atMs));
  const text = `${when} ${level.padEnd(5)} ${source}: ${writtenFields(message, fields)}`;
  const paint = colour ? PAINT[level] : undefined;
  return paint === undefined ? text : `\u001b[${paint}m${text}\u001b[0m`;
}

/** As the lines of `pearlctl.log`. */
export function renderLogJson({ atMs, level, source, message, fields }: LogLine): string {
  const time = atMs === null ? null : new Date(atMs).toISOString();
  return JSON.stringify({ time, level, source, message, ...fields });
}
