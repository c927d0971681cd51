// How bad a line of a child's output is, and which of its last lines says most about its end. Pure.
import type { LogLevel } from './log-record.ts';

export interface Said {
  level: LogLevel;
  /** Without the level where it stands in front. */
  text: string;
}

const FOREIGN_LEVELS: Record<string, LogLevel> = { ERROR: 'error', CRITICAL: 'error', WARNING: 'warn', DEBUG: 'debug' };

/** A line without colours and control characters: a level stands directly behind a colour code, without a word's boundary. */
export function withoutColours(line: string): string {
  return line.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/**
 * Our children write their level in front of a line, and `pearlctl:` in front of what they end with; the reference gateway has
 * its level inside the line. Anything else is information.
 */
export function readLevel(line: string): Said {
  const own = /^(error|warn|info|debug): (.*)$/s.exec(line);
  if (own?.[1] !== undefined && own[2] !== undefined) return { level: own[1] as LogLevel, text: own[2] };
  const end = /^pearlctl: (.*)$/s.exec(line)?.[1];
  if (end !== undefined) return { level: 'error', text: end };
  const text = withoutColours(line);
  const word = /\b(ERROR|CRITICAL|WARNING|DEBUG)\b/.exec(text.slice(0, 80))?.[1];
  const level = word === undefined ? 'info' : FOREIGN_LEVELS[word];
  return { level: level ?? 'info', text };
}

/**
 * The newest error of a process's last lines, or else the newest warning, or else the newest line that is meant for people: what
 * it said before a kill has nothing to do with it, so after one there is none.
 */
export function lastWords({ signal, lines }: { signal: string | null; lines: readonly string[] }): string | null {
  if (signal === 'SIGKILL') return null;
  const said = lines.map(readLevel);
  for (const worth of ['error', 'warn', 'info'] as const) {
    const found = said.findLast(({ level }) => level === worth);
    if (found !== undefined) return found.text;
  }
  return null;
}
