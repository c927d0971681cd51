// From text to typed values: the line scan, the table's known names, the package `ini`, and the table's kind of each value.
// Every problem is collected with its place, so that one look shows them all.
import { parse } from 'ini';
import * as v from 'valibot';
import { nearest } from '../base/nearest.ts';
import { ConfigError, type Suggestion } from './config-error.ts';
import type { Key } from './key.ts';
import { keyNamed, keyTitle, SECTIONS, sectionNamed, type Values } from './keys.ts';
import { completedPoolUrl, readPoolUrl } from './pool-url.ts';
import { type Entry, scan } from './scan-lines.ts';

export interface Reading {
  values: Values;
  /** The line of each key that is set, by `section.key` (of a list: its first). */
  lines: Map<string, number>;
  problems: ConfigError[];
}

/**
 * Reads every value of a configuration; a value that is wrong reads as its default, and is among the problems.
 *
 * @throws ConfigError CONFIG_SYNTAX when there are no lines to read.
 */
export function readValues(text: string, origin: string): Reading {
  const { sections, entries } = scan(text, origin);
  const problems: ConfigError[] = [];
  for (const section of sections) {
    if (sectionNamed(section.name) === undefined) problems.push(unknownSection(section.name, origin, section.line));
  }
  const known = entries.filter((entry) => {
    const problem = sectionNamed(entry.section) === undefined ? null : misnamed(entry, origin);
    if (problem !== null) problems.push(problem);
    return keyNamed(entry.section, entry.key) !== undefined && problem === null;
  });
  const lines = new Map<string, number>();
  for (const { section, key, line } of known.toReversed()) lines.set(pathOf(section, key), line);
  const texts = decode(known);
  const values: Record<string, Record<string, unknown>> = {};
  for (const [section, { keys }] of Object.entries(SECTIONS)) {
    values[section] = Object.fromEntries(
      Object.entries<Key>(keys).map(([name, key]) => {
        const given = texts.get(pathOf(section, name));
        const linesOfKey = known.filter((entry) => entry.section === section && entry.key === name);
        const read = (value: string, at: number) => {
          const result = v.safeParse(key.kind.schema, value);
          if (result.success) return result.output;
          const line = linesOfKey[at]?.line ?? null;
          problems.push(wrongValue(section, name, key, value, { origin, line }));
          return undefined;
        };
        if (key.list) return [name, (given ?? []).map(read).filter((value) => value !== undefined)];
        const chosen = given?.[0] === undefined ? undefined : read(given[0], 0);
        return [name, chosen === undefined ? defaultOf(key) : chosen];
      }),
    );
  }
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { values: values as Values, lines, problems };
}

/** A key's path as `config get` takes it. */
export function pathOf(section: string, key: string): string {
  return section === '' ? key : `${section}.${key}`;
}

/** A default is text of the table's own, read like any other: one that is wrong fails the first test that runs. */
function defaultOf(key: Key): unknown {
  return key.default === null ? null : v.parse(key.kind.schema, key.default);
}

/**
 * The texts of all values, decoded by `ini` from lines that can no longer be misread: each value stands in JSON quotes.
 * `ini` turns the words true, false and null into what they mean in JSON, which is undone here.
 */
function decode(entries: Entry[]): Map<string, string[]> {
  const text: string[] = [];
  let section = '';
  for (const entry of entries) {
    if (entry.section !== section) text.push(`[${entry.section}]`);
    section = entry.section;
    text.push(`${entry.key}${entry.list ? '[]' : ''}=${JSON.stringify(entry.value)}`);
  }
  const root: Record<string, unknown> = parse(text.join('\n'));
  const texts = new Map<string, string[]>();
  for (const { section: name, key } of entries) {
    let at: unknown = root;
    for (const part of [...(name === '' ? [] : name.split('.')), key]) at = (at as Record<string, unknown>)[part];
    texts.set(pathOf(name, key), (Array.isArray(at) ? at : [at]).map(String));
  }
  return texts;
}

function unknownSection(name: string, origin: string, line: number): ConfigError {
  const names = Object.keys(SECTIONS).filter((section) => section !== '');
  const meant = nearest(name, names);
  return new ConfigError(
    'CONFIG_UNKNOWN_KEY',
    { origin, line },
    `There is no section [${shown(name)}].`,
    meant === undefined ? `The sections are ${names.join(', ')}.` : `Did you mean [${meant}]?`,
  );
}

function misnamed({ section, key, list, line }: Entry, origin: string): ConfigError | null {
  const known = keyNamed(section, key);
  if (known === undefined) return unknownKey(section, key, origin, line);
  if (known.list === list) return null;
  const place = { origin, line, key: pathOf(section, key) };
  return known.list
    ? new ConfigError('CONFIG_INVALID', place, `${keyTitle(section, key)} is a list.`, `Write it as ${key}[] = ….`)
    : new ConfigError('CONFIG_INVALID', place, `${keyTitle(section, key)} takes one value.`, `Write it as ${key} = ….`);
}

function unknownKey(section: string, key: string, origin: string, line: number): ConfigError {
  const here = Object.keys(sectionNamed(section)?.keys ?? {});
  const meant = nearest(key, here);
  const elsewhere = Object.keys(SECTIONS).filter((other) => keyNamed(other, key) !== undefined);
  let hint = here.length === 0 ? 'This section has no keys yet.' : `Its keys are ${here.join(', ')}.`;
  if (elsewhere[0] !== undefined) {
    hint =
      elsewhere[0] === ''
        ? `Write ${key} before the first section.`
        : `Write ${key} under [${elsewhere.join('] or [')}].`;
  }
  if (meant !== undefined) hint = `Did you mean ${keyTitle(section, meant)}?`;
  const place = section === '' ? 'before the first section' : `in [${section}]`;
  return new ConfigError('CONFIG_UNKNOWN_KEY', { origin, line }, `There is no key ${shown(key)} ${place}.`, hint);
}

/** A value that is not of its key's kind, with one that would do. */
export function wrongValue(
  section: string,
  name: string,
  key: Key,
  value: string,
  at: { origin: string | null; line: number | null },
): ConfigError {
  const title = keyTitle(section, name);
  const place = { ...at, key: pathOf(section, name) };
  const isPool = section === 'pool' && name === 'url';
  const problem = isPool ? readPoolUrl(value) : null;
  const meant = isPool ? completedPoolUrl(value) : null;
  const suggestion: Suggestion =
    meant === null ? { lead: 'For example', value: key.example } : { lead: 'Did you mean', value: meant };
  const line = at.origin === null ? '' : `${name}${key.list ? '[]' : ''} = `;
  const not = key.secret === true || !isLegible(value) ? '' : `, not "${shown(value)}"`;
  const sentence = typeof problem === 'string' ? `${title} ${problem}.` : `${title} must be ${key.kind.what}${not}.`;
  return new ConfigError(
    'CONFIG_INVALID',
    place,
    sentence,
    `${suggestion.lead}: ${line}${suggestion.value}`,
    suggestion,
  );
}

/** Whether a line of the file can hold it: no control characters, and nothing that ends a line. */
export function isLegible(value: string): boolean {
  return !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value.replaceAll('\t', ' '));
}

/** A text of the file's author, short enough for a sentence. */
function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
