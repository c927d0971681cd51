// A line of the log as it is read back, wherever it was kept: a JSON line of the log file, or an entry of the journal. Pure.
import { object, parseJson } from '../../base/json-fields.ts';
import { LOG_LEVELS, type LogFields, type LogLevel } from '../../base/logs/log-record.ts';

export interface LogLine {
  /** Milliseconds since 1970, or null for a line that does not say. */
  readonly atMs: number | null;
  readonly level: LogLevel;
  /** `supervisor`, `gateway`, `miner`, or the name of another source. */
  readonly source: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A line of `pearlctl.log`. Whatever is no record of ours is shown as it stands: it may be what explains an end. */
export function fromFile(text: string): LogLine {
  const { time, level, source, message, ...fields } = object(parseJson(text)) ?? {};
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (!isLevel(level) || typeof source !== 'string' || typeof message !== 'string' || !Number.isFinite(atMs)) {
    return { atMs: null, level: 'error', source: 'unknown', message: text, fields: {} };
  }
  return { atMs, level, source, message, fields: plain(fields) };
}

/** An entry of `journalctl --output=json`, with its cursor; null for what is no entry. */
export function fromJournal(text: string): { line: LogLine; cursor: string } | null {
  const entry = object(parseJson(text));
  const cursor = entry?.__CURSOR;
  if (entry === null || typeof cursor !== 'string') return null;
  const said = messageOf(entry.MESSAGE);
  const [, speaker, rest] = /^(supervisor|gateway|miner): (.*)$/s.exec(said) ?? [];
  const micros = Number(entry.__REALTIME_TIMESTAMP);
  const line: LogLine = {
    atMs: Number.isFinite(micros) ? Math.floor(micros / 1000) : null,
    level: levelOf(Number(entry.PRIORITY ?? 6)),
    source: speaker ?? (typeof entry.SYSLOG_IDENTIFIER === 'string' ? entry.SYSLOG_IDENTIFIER : 'unknown'),
    message: rest ?? said,
    fields: {},
  };
  return { line, cursor };
}

/** journalctl(1): what is no UTF-8 is an array of bytes, what is too long is null. */
function messageOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return Array.isArray(message) ? Buffer.from(message as number[]).toString('utf8') : '';
}

/** Syslog priorities: 0 to 3 are errors of some kind, 5 and 6 are told to people who look. */
function levelOf(priority: number): LogLevel {
  if (priority <= 3) return 'error';
  if (priority === 4) return 'warn';
  return priority === 7 ? 'debug' : 'info';
}

function isLevel(value: unknown): value is LogLevel {
  return (LOG_LEVELS as readonly unknown[]).includes(value);
}

function plain(fields: Record<string, unknown>): LogFields {
  const entries = Object.entries(fields).filter(([, value]) => value === null || typeof value !== 'object');
  return Object.fromEntries(entries) as LogFields;
}
