// From text to typed values: the lines, the table's names, and the kind of each value. Every problem is collected with its
// place, so that one look shows them all.
import { ConfigError } from './config-error.ts';
import { defaultOf, type Key } from './key.ts';
import { keyTitle, pathOf, sectionNamed, sectionNames, splitPath, TABLE } from './key-names.ts';
import { misnamed, unknownSection, wrongValue } from './key-problems.ts';
import { type Entry, scan } from './scan-lines.ts';
import type { Values } from './typed-config.ts';
import { filePath } from './values.ts';

export interface Reading {
  values: Values;
  /** What the file sets, by `section.key`; several for a list. */
  entries: Map<string, Entry[]>;
  /** The sections of the file, in its order. */
  sections: string[];
  problems: ConfigError[];
}

/**
 * Reads every value of a configuration; a value that is wrong reads as its default, and is among the problems.
 *
 * @param home what `~/` in a path stands for; without it, such a path is a problem.
 * @throws ConfigError CONFIG_SYNTAX when there are no lines to read.
 */
export function readValues(text: string, origin: string, home: string | null): Reading {
  const scanned = scan(text, origin);
  const sections = scanned.sections.map(({ name }) => name);
  const problems: ConfigError[] = scanned.sections
    .filter(({ name }) => sectionNamed(name) === undefined)
    .map((section) => unknownSection(section, origin));
  const known = scanned.entries.filter((entry) => {
    if (sectionNamed(entry.section) === undefined) return false;
    const problem = misnamed(entry, origin);
    if (problem !== null) problems.push(problem);
    return problem === null;
  });
  const entries = new Map<string, Entry[]>();
  for (const entry of known) {
    const path = pathOf(entry.section, entry.key);
    entries.set(path, [...(entries.get(path) ?? []), entry]);
  }
  const readKey = reader(entries, origin, home, problems);
  const values: Record<string, unknown> = {};
  for (const { place, names } of TABLE.values()) if (names !== undefined && place) values[place] = {};
  for (const [name, { place = name, names, keys }] of sectionNames(sections)) {
    const members = Object.fromEntries(Object.entries(keys).map(([key, row]) => [row.member, readKey(name, key, row)]));
    if (place === null) continue;
    if (place === '') Object.assign(values, members);
    else values[place] = names === undefined ? members : { ...Object(values[place]), [splitPath(name).key]: members };
  }
  problems.sort((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity));
  return { values: values as Values, entries, sections, problems };
}

/** Reads each key once, and adds to the problems. */
function reader(entries: Reading['entries'], origin: string, home: string | null, problems: ConfigError[]) {
  const known = new Map<string, unknown>();
  return readKey;

  function readKey(section: string, name: string, row: Key): unknown {
    const path = pathOf(section, name);
    if (!known.has(path)) known.set(path, row.list ? all(section, name, row) : single(section, name, row));
    return known.get(path);
  }

  function all(section: string, name: string, row: Key): unknown[] {
    const given = entries.get(pathOf(section, name)) ?? [];
    return given.map((entry) => read(entry, row)).filter((value) => value !== undefined);
  }

  function single(section: string, name: string, row: Key): unknown {
    const [entry] = entries.get(pathOf(section, name)) ?? [];
    const value = entry === undefined ? undefined : read(entry, row);
    if (value !== undefined) return value;
    const { section: before } = splitPath(section);
    if (section !== '' && TABLE.get(before)?.keys[name] === row) return readKey(before, name, row);
    // A default is text of the table's own, which a test reads.
    const usual = defaultOf(row);
    return usual === null ? null : row.kind.read(usual);
  }

  function read({ section, key, value: text, line }: Entry, row: Key): unknown {
    const place = { origin, line, key: pathOf(section, key) };
    const value = row.kind.read(text);
    if (value === undefined) problems.push(wrongValue(section, key, row, text, place));
    if (row.kind !== filePath || !text.startsWith('~/')) return value;
    const sentence = `${keyTitle(section, key)} begins with ~, and there is no home folder here.`;
    if (home === null) problems.push(new ConfigError('CONFIG_INVALID', place, sentence, 'Write the whole path.'));
    return `${home ?? '~'}${text.slice(1)}`;
  }
}
