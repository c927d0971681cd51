// What is wrong with a name or a value of a configuration, with what was probably meant.
import { nearest } from '../base/nearest.ts';
import { ConfigError, type Place, type Suggestion } from './config-error.ts';
import type { Key } from './key.ts';
import { keyNamed, keyTitle, pathOf, sectionNamed, sectionNames } from './key-names.ts';
import { controlCharacterIn } from './refuse-line.ts';
import type { Entry, SectionLine } from './scan-lines.ts';

/** A section that there is not. */
export function unknownSection({ name, line }: SectionLine, origin: string): ConfigError {
  const names = sectionNames()
    .map(([section]) => section)
    .filter((section) => section !== '');
  const meant = nearest(name, names);
  return new ConfigError(
    'CONFIG_UNKNOWN_KEY',
    { origin, line },
    `There is no section [${shown(name)}].`,
    meant === undefined ? `The sections are ${names.join(', ')}.` : `Did you mean [${meant}]?`,
  );
}

/** A key that the entry's section has not, or not in this form; null where all is well. */
export function misnamed({ section, key, list, line }: Entry, origin: string): ConfigError | null {
  const known = keyNamed(section, key);
  if (known === undefined) return unknownKey(section, key, { origin, line });
  if (known.list === list) return null;
  const place = { origin, line, key: pathOf(section, key) };
  return known.list
    ? new ConfigError('CONFIG_INVALID', place, `${keyTitle(section, key)} is a list.`, `Write it as ${key}[] = ….`)
    : new ConfigError('CONFIG_INVALID', place, `${keyTitle(section, key)} takes one value.`, `Write it as ${key} = ….`);
}

function unknownKey(section: string, key: string, place: Place): ConfigError {
  const where = section === '' ? 'before the first section' : `in [${section}]`;
  const sentence = `There is no key ${shown(key)} ${where}.`;
  return new ConfigError('CONFIG_UNKNOWN_KEY', place, sentence, whichKey(section, key));
}

function whichKey(section: string, key: string): string {
  const here = Object.keys(sectionNamed(section)?.keys ?? {});
  const meant = nearest(key, here);
  if (meant !== undefined) return `Did you mean ${keyTitle(section, meant)}?`;
  const elsewhere = sectionNames().flatMap(([name, { keys }]) => (Object.hasOwn(keys, key) ? [name] : []));
  if (elsewhere[0] === undefined) return `Its keys are ${here.join(', ')}.`;
  return elsewhere[0] === ''
    ? `Write ${key} before the first section.`
    : `Write ${key} under [${elsewhere.join('] or [')}].`;
}

/** A value that is not of its key's kind, with one that would do. */
export function wrongValue(section: string, name: string, key: Key, value: string, at: Place): ConfigError {
  const title = keyTitle(section, name);
  const { kind, example } = key;
  const meant = kind.meant?.(value) ?? null;
  const suggestion: Suggestion =
    meant === null ? { lead: 'For example', value: example } : { lead: 'Did you mean', value: meant };
  const line = at.origin === null ? '' : `${name}${key.list ? '[]' : ''} = `;
  const not = key.secret !== undefined || controlCharacterIn(value) !== undefined ? '' : `, not "${shown(value)}"`;
  const why = kind.why?.(value) ?? `must be ${kind.what}${not}`;
  return new ConfigError(
    'CONFIG_INVALID',
    { ...at, key: pathOf(section, name) },
    `${title} ${why}.`,
    `${suggestion.lead}: ${line}${suggestion.value}`,
    suggestion,
  );
}

/** A text of the file's author, short enough for a sentence. */
function shown(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
