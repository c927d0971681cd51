// Every key with the value that holds and where it comes from: the file's line, or the default.
import type { ConfigError } from './config-error.ts';
import type { Key } from './key.ts';
import { SECTIONS } from './keys.ts';
import { pathOf, readValues } from './read-values.ts';
import { scan } from './scan-lines.ts';

export interface EffectiveKey {
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
  const problem: ConfigError | undefined = readValues(text, origin).problems[0];
  if (problem !== undefined) throw problem;
  const { entries } = scan(text, origin);
  return Object.entries(SECTIONS).flatMap(([section, { keys }]) =>
    Object.entries<Key>(keys).map(([key, facts]) => {
      const mine = entries.filter((entry) => pathOf(entry.section, entry.key) === pathOf(section, key));
      const written = mine.map((entry) => (facts.secret === true ? '(hidden)' : entry.value));
      const [first] = written;
      const fallback = facts.list ? [] : facts.default;
      return {
        section,
        key,
        value: first === undefined ? fallback : facts.list ? written : first,
        origin: first === undefined ? 'default' : 'file',
        line: mine[0]?.line ?? null,
        whenUnset: first === undefined ? (facts.whenUnset ?? null) : null,
      };
    }),
  );
}
