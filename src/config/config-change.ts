// A change of the configuration as a value: what the file was, what it would be, and whether it may be written. The commands
// `config set`, `unset` and `edit` show it, and write it only through the check here.

import { ConfigError } from './config-error.ts';
import { checkConfig, type ParseOptions } from './configuration.ts';
import { editConfig } from './edit-line.ts';
import { splitPath } from './key-names.ts';

export interface Change {
  before: string;
  after: string;
  /** Lines that go and come, in order, as in a diff without context. */
  lines: { sign: '-' | '+'; line: number; text: string }[];
  /** What is wrong with the result that was wrong before: a broken file may be mended step by step. */
  remaining: ConfigError[];
}

/**
 * The change that sets the key at `path` (`miner.worker`, `pool.url`) to `value`, or removes it for null.
 *
 * @throws PearlError CONFIG_UNKNOWN_KEY or CONFIG_INVALID for the key or the value, or the first problem that the change
 * would bring into the file.
 */
export function changeKey(
  before: string,
  origin: string,
  path: string,
  value: string | string[] | null,
  options: ParseOptions = {},
): Change {
  const { section, key } = splitPath(path);
  return changeText(before, editConfig(before, section, key, value), origin, options);
}

/**
 * The change from one text to another.
 *
 * @throws ConfigError the first problem that `after` has and `before` has not.
 */
export function changeText(before: string, after: string, origin: string, options: ParseOptions = {}): Change {
  const known = new Set(problemsOf(before, origin, options).map(fingerprint));
  const remaining = problemsOf(after, origin, options);
  const added = remaining.find((problem) => !known.has(fingerprint(problem)));
  if (added !== undefined) throw added;
  return { before, after, lines: changedLines(before, after), remaining };
}

function problemsOf(text: string, origin: string, options: ParseOptions): ConfigError[] {
  try {
    return checkConfig(text, origin, options).problems;
  } catch (error) {
    if (error instanceof ConfigError) return [error];
    throw error;
  }
}

/** A problem apart from its line, which moves when a line is put before it. */
function fingerprint({ code, key, sentence }: ConfigError): string {
  return JSON.stringify([code, key, sentence]);
}

/** All between the first and the last line that differ: changes here are of a line or two, and a list's stand together. */
function changedLines(before: string, after: string): Change['lines'] {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(old.length, now.length) - head;
  while (tail < shorter && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const signed = (lines: string[], sign: '-' | '+') =>
    lines.slice(head, lines.length - tail).map((text, at) => ({ sign, line: head + at + 1, text }));
  return [...signed(old, '-'), ...signed(now, '+')];
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
