// The values of a configuration, decoded by the package `ini`; what it reads otherwise than people mean is refused.
import { parse } from 'ini';
import { refusal, refuseControlCharacters } from './refuse-line.ts';

/** A line `key = value`, and where its value stands. */
export interface FoundEntry {
  section: string;
  key: string;
  /** Written `key[]`, so that it may come again. */
  list: boolean;
  line: number;
  /** The value as it stands in the text, quotes included: `text.slice(start, end)`. */
  written: string;
  start: number;
  end: number;
}

/**
 * The value of each entry.
 *
 * @param lines the sections and entries of the file, without comments.
 * @throws ConfigError CONFIG_SYNTAX with the line.
 */
export function decodeValues(
  lines: readonly string[],
  sections: readonly string[],
  entries: readonly FoundEntry[],
  origin: string,
): string[] {
  refuseSharedNames(sections, entries, origin);
  const root: unknown = parse(lines.join('\n'));
  const counts = new Map<string, number>();
  return entries.map(({ section, key, list, written, line }) => {
    const path = [...(section === '' ? [] : section.split('.')), key];
    const at = counts.get(path.join('.')) ?? 0;
    counts.set(path.join('.'), at + 1);
    const value = textOf([...path, ...(list ? [String(at)] : [])].reduce<unknown>(memberOf, root));
    const refuse = refusal(origin, line);
    // It keeps the quotes of what is no JSON, and reads JSON also within single quotes.
    if (written.startsWith('"') && value === written) {
      refuse('The value has a backslash that stands for nothing.', 'Inside double quotes, write \\\\ for \\.');
    }
    if (written.startsWith("'") && value !== written.slice(1, -1)) {
      refuse('The value in single quotes would be read as JSON.', 'Put it in double quotes.');
    }
    refuseControlCharacters(value, refuse);
    return value;
  });
}

/** A section takes the place of a key that has its name. */
function refuseSharedNames(sections: readonly string[], entries: readonly FoundEntry[], origin: string): void {
  const taken = new Set(
    sections.flatMap((name) => name.split('.').map((_, at, parts) => parts.slice(0, at + 1).join('.'))),
  );
  for (const { section, key, line } of entries) {
    if (!taken.has(section === '' ? key : `${section}.${key}`)) continue;
    refusal(origin, line)(`The key ${key} has the name of a section.`, 'Remove the key or the section.');
  }
}

function memberOf(holder: unknown, name: string): unknown {
  return typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[name] : undefined;
}

/** It turns the words true, false and null into what they mean in JSON. A name such as __proto__ it leaves out. */
function textOf(decoded: unknown): string {
  return decoded === undefined || (typeof decoded === 'object' && decoded !== null) ? '' : String(decoded);
}
