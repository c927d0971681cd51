// Every key with the value that holds and where it comes from: the file's line, or the default.
import { defaultOf, type Key, whenUnset } from './key.ts';
import { pathOf, sectionNames } from './key-names.ts';
import { readValues } from './read-values.ts';

export interface EffectiveKey {
  /** As `section.key`. */
  path: string;
  section: string;
  key: string;
  /** As written; a list's values in order; null where unset without a default; `(hidden)` for a secret that is set. */
  value: string | string[] | null;
  origin: 'file' | 'default';
  /** The line (of a list: the first) for origin `file`. */
  line: number | null;
  /** What holds for an unset key without a default, in words. */
  whenUnset: string | null;
}

/**
 * Every key of the table in its order, as the text sets it.
 *
 * @throws ConfigError CONFIG_SYNTAX for lines that cannot be read, or the first problem with a key or a value.
 */
export function effectiveKeys(text: string, origin: string): EffectiveKey[] {
  // Paths are shown as they are written, so that it does not matter which home folder they are in.
  const { entries, sections, problems } = readValues(text, origin, '~');
  if (problems[0] !== undefined) throw problems[0];
  return sectionNames(sections).flatMap(([section, { keys }]) =>
    Object.entries(keys).map(([key, row]): EffectiveKey => {
      const path = pathOf(section, key);
      const mine = entries.get(path) ?? [];
      const written = mine.map(({ value }) => shown(row, value));
      const [first] = mine;
      const place = { path, section, key, line: first?.line ?? null };
      if (first !== undefined) {
        return { ...place, value: row.list ? written : (written[0] ?? null), origin: 'file', whenUnset: null };
      }
      return { ...place, value: row.list ? [] : defaultOf(row), origin: 'default', whenUnset: whenUnset(row) };
    }),
  );
}

/** A value as it may be shown. */
export function shown({ secret }: Key, value: string): string {
  return secret === true ? '(hidden)' : (secret?.(value) ?? value);
}
