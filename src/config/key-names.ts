// The names of sections and keys, as files, commands and sentences have them.
import { PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { nearest } from '../base/nearest.ts';
import type { Key, Section } from './key.ts';
import { SECTIONS } from './keys.ts';

export type SectionName = keyof typeof SECTIONS;

/** The table by names that are not known before. */
export const TABLE: ReadonlyMap<string, Section> = new Map(Object.entries<Section>(SECTIONS));

const ANY_NAME = '.NAME';

/** A section by the name that it has in the file: `pool`, `supervisor.miner`. */
export function sectionNamed(name: string): Section | undefined {
  const plain = TABLE.get(name);
  if (plain !== undefined) return plain.names === undefined ? plain : undefined;
  const { section: before, key: own } = splitPath(name);
  const named = TABLE.get(`${before}${ANY_NAME}`);
  const isOne = named?.names instanceof RegExp ? named.names.test(own) : named?.names?.includes(own);
  return isOne === true ? named : undefined;
}

/** Every section with the names that it has in the file; one that may have any name has those of `given`. */
export function sectionNames(given: readonly string[] = []): [name: string, section: Section][] {
  return [...TABLE].flatMap(([pattern, section]): [string, Section][] => {
    if (section.names === undefined) return [[pattern, section]];
    const before = pattern.slice(0, -ANY_NAME.length);
    const names =
      section.names instanceof RegExp
        ? given.filter((name) => sectionNamed(name) === section)
        : section.names.map((own) => `${before}.${own}`);
    return names.map((name) => [name, section]);
  });
}

/** A section of the table as documents head it: `[pool]`, `[supervisor.miner], [supervisor.gateway]`. */
export function sectionTitle(pattern: string, { names }: Section): string {
  const all = Array.isArray(names) ? names.map((own) => pattern.replace('NAME', own)) : [pattern];
  return all.map((name) => `[${name}]`).join(', ');
}

/** Whether a section has the very keys of the one that it falls back on. */
export function isOverride(pattern: string, { keys, names }: Section): boolean {
  return names !== undefined && TABLE.get(splitPath(pattern).section)?.keys === keys;
}

/** A key by the names that it has in the file. */
export function keyNamed(section: string, name: string): Key | undefined {
  const keys = sectionNamed(section)?.keys;
  return keys !== undefined && Object.hasOwn(keys, name) ? keys[name] : undefined;
}

/** The key of the table, or an error that names the nearest. Also for other commands that take a key from the user. */
export function knownKey(section: string, key: string): Key {
  const known = keyNamed(section, key);
  if (known !== undefined) return known;
  const given = pathOf(section, key);
  const [one, another] = keyPaths().filter((path) => path.endsWith(`.${given}`));
  const meant = one !== undefined && another === undefined ? one : nearest(given, keyPaths());
  throw new PearlError('CONFIG_UNKNOWN_KEY', `There is no key ${given.slice(0, 60)}.`, {
    hint: meant === undefined ? fix`All keys: ${pearlctl('config', 'show', '--effective')}` : `Did you mean ${meant}?`,
  });
}

/** Every key as `section.key`, in the order of the table. */
export function keyPaths(): string[] {
  return sectionNames().flatMap(([section, { keys }]) => Object.keys(keys).map((one) => pathOf(section, one)));
}

/** The words that each key, as `section.key`, may be set to, for the keys that have such words. */
export function keyChoices(): Map<string, readonly string[]> {
  const all = sectionNames().flatMap(([section, { keys }]) =>
    Object.entries(keys).map(([name, { kind }]) => [pathOf(section, name), kind.choices] as const),
  );
  return new Map(all.filter(([, choices]) => choices.length > 0));
}

/** `pool.url`, `supervisor.miner.limit` or `network` as section and key. */
export function splitPath(path: string): { section: string; key: string } {
  const bare = path.endsWith('[]') ? path.slice(0, -2) : path;
  const dot = bare.lastIndexOf('.');
  return { section: bare.slice(0, Math.max(dot, 0)), key: bare.slice(dot + 1) };
}

/** A key's path as `config get` takes it. */
export function pathOf(section: string, key: string): string {
  return section === '' ? key : `${section}.${key}`;
}

/** A key as people write it in a sentence: `[miner] wallet`, `network`, `[pool] url[]`. */
export function keyTitle(section: string, name: string): string {
  const written = `${name}${keyNamed(section, name)?.list === true ? '[]' : ''}`;
  return section === '' ? written : `[${section}] ${written}`;
}

/** The title of the key at `section.key`. */
export function titleOf(path: string): string {
  const { section, key } = splitPath(path);
  return keyTitle(section, key);
}
