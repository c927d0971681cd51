// Changing a configuration as a person would: one line, with every comment, blank line and line end left as they were.
import { PearlError } from '../base/errors.ts';
import type { Key } from './key.ts';
import { keyTitle, knownKey } from './key-names.ts';
import { wrongValue } from './key-problems.ts';
import { controlCharacterIn } from './refuse-line.ts';
import { type Entry, scan } from './scan-lines.ts';

/**
 * The text with a key set, or without it for null. A list key takes all its values at once.
 *
 * The whole result is not validated here, so that a broken file can be mended step by step: callers check it
 * (`checkConfig`) before they write it.
 *
 * @throws PearlError CONFIG_SYNTAX for a text with lines that cannot be read, CONFIG_UNKNOWN_KEY, or CONFIG_INVALID for a
 * value that is not of the key's kind.
 */
export function editConfig(
  text: string,
  section: string,
  key: string,
  value: string | readonly string[] | null,
): string {
  const known = knownKey(section, key);
  const values = value === null ? [] : typeof value === 'string' ? [value] : value;
  for (const one of values) checkValue(section, key, known, one);
  if (!known.list && values.length > 1) {
    throw new PearlError('CONFIG_INVALID', `${keyTitle(section, key)} takes one value.`, { hint: 'Give one value.' });
  }
  const entries = scan(text, 'the configuration').entries;
  const mine = entries.filter((entry) => entry.section === section && entry.key === key);
  const kept = mine.slice(0, values.length);
  // From the end, so that the places of what comes before stay right.
  let result = text;
  for (const entry of mine.slice(values.length).toReversed()) result = withoutLine(result, entry);
  const added = values.slice(kept.length).map((one) => `${key}${known.list ? '[]' : ''} = ${quote(one)}`);
  if (added.length > 0) result = withLines(result, section, added, kept.at(-1));
  for (const [at, entry] of [...kept.entries()].toReversed()) {
    const before = result.slice(0, entry.start);
    const after = result.slice(entry.end);
    const written = quote(values[at] ?? '');
    result = before + (entry.start === entry.end ? apart(before, written, after) : written) + after;
  }
  return result;
}

/**
 * A value before it stands in any file.
 *
 * @throws ConfigError CONFIG_INVALID where it is not of the key's kind.
 */
export function checkValue(section: string, key: string, known: Key, value: string): void {
  if (controlCharacterIn(value) === undefined && known.kind.read(value) !== undefined) return;
  throw wrongValue(section, key, known, value, { origin: null, line: null });
}

/** A value as it stands in the file: in quotes only where it needs them. */
export function quote(value: string): string {
  return value === '' || value.trim() !== value || /[;#"'\\\t]/.test(value) ? JSON.stringify(value) : value;
}

/**
 * A value where there was none, with the space that people write after `=`, and one before a comment that would otherwise
 * become part of the value.
 */
function apart(before: string, written: string, after: string): string {
  return `${before.endsWith('=') ? ' ' : ''}${written}${/^[;#]/.test(after) ? ' ' : ''}`;
}

function withoutLine(text: string, entry: Entry): string {
  const from = text.lastIndexOf('\n', entry.start - 1) + 1;
  const feed = text.indexOf('\n', entry.end);
  const bom = from === 0 && text.startsWith('\uFEFF') ? 1 : 0;
  return text.slice(0, from + bom) + (feed === -1 ? '' : text.slice(feed + 1));
}

/** Puts lines after `after`, else after the section's last entry, else under its heading, else into a new section. */
function withLines(text: string, section: string, added: string[], after: Entry | undefined): string {
  const { entries, sections } = scan(text, 'the configuration');
  const feed = text.includes('\r\n') ? '\r\n' : '\n';
  const block = added.join(feed);
  const line = after?.line ?? entries.findLast((entry) => entry.section === section)?.line;
  const heading = sections.find((one) => one.name === section)?.line;
  if (line !== undefined || heading !== undefined) return afterLine(text, line ?? heading ?? 1, block, feed);
  if (section === '') {
    const bom = text.startsWith('\uFEFF') ? 1 : 0;
    return `${text.slice(0, bom)}${block}${feed}${text.slice(bom)}`;
  }
  const end = text === '' || text.endsWith('\n') ? '' : feed;
  return `${text}${end}${text === '' ? '' : feed}[${section}]${feed}${block}${feed}`;
}

function afterLine(text: string, line: number, block: string, feed: string): string {
  let at = 0;
  for (let passed = 0; passed < line; passed += 1) {
    const next = text.indexOf('\n', at);
    if (next === -1) return `${text}${feed}${block}${feed}`;
    at = next + 1;
  }
  return `${text.slice(0, at)}${block}${feed}${text.slice(at)}`;
}
