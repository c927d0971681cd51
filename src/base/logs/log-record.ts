// One structured log line and its three faces: JSON for files, a `<N>` prefix for the journal, words for a terminal.

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Which process speaks. */
export const LOG_SOURCES = ['supervisor', 'gateway', 'miner'] as const;
export type LogSource = (typeof LOG_SOURCES)[number];

/** What a line says beyond its words; values are small and hold no secret. */
export type LogFields = Record<string, string | number | boolean | null>;

export interface LogRecord {
  /** ISO 8601, UTC. */
  time: string;
  level: LogLevel;
  source: LogSource;
  message: string;
  /** What kind of event the line tells, where it is one that a person looks back at. */
  event?: string;
  fields: LogFields;
}

/** Syslog priorities, which journald reads from a `<N>` prefix (sd-daemon(3)). */
const PRIORITY: Record<LogLevel, number> = { error: 3, warn: 4, info: 6, debug: 7 };

export function isAtLeast(level: LogLevel, threshold: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(threshold);
}

/** A line of `pearlctl.log`. JSON escapes line breaks, so a record is always one line. */
export function renderJsonLine({ time, level, source, message, event, fields }: LogRecord): string {
  return `${JSON.stringify({ time, level, source, message, event, ...fields })}\n`;
}

/** A line for the journal, which adds the time itself. */
export function renderJournalLine(record: LogRecord): string {
  return `<${PRIORITY[record.level]}>${wordsOf(record)}\n`;
}

/** A line for a person in front of a terminal. */
export function renderHumanLine(record: LogRecord): string {
  const level = record.level === 'info' ? '' : `${record.level}: `;
  return `${record.time.slice(11, 19)} ${level}${wordsOf(record)}\n`;
}

function wordsOf({ source, message, fields }: LogRecord): string {
  return `${source}: ${writtenFields(message, fields)}`;
}

/** The message with its fields behind it, in one line without control characters. */
export function writtenFields(message: string, fields: LogFields): string {
  const extras = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`);
  return `${singleLine(message)}${singleLine(extras.join(''))}`;
}

function singleLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
