// What is wrong with values that were given in another way than by a file, told by the names that they were given under: the
// flag, or the argument. Pure.
import { PearlError } from '../base/errors.ts';
import type { Fix } from '../base/fix.ts';
import { ConfigError } from './config-error.ts';
import { titleOf } from './key-names.ts';

export interface GivenNames {
  /** By `section.key`. */
  readonly names: Readonly<Record<string, string>>;
  /** What stands between a name and its value. */
  readonly separator: string;
}

/** The error with the name in the place of file, line and key; any other error as it is. */
export function underGivenName(error: unknown, { names, separator }: GivenNames): unknown {
  if (!(error instanceof ConfigError)) return error;
  const { code, key, sentence, suggestion } = error;
  const name = key === null ? undefined : names[key];
  if (key === null || name === undefined) return new PearlError(code, sentence, { ...hintOf(error), cause: error });
  const title = titleOf(key);
  const message = sentence.startsWith(title) ? `${name}${sentence.slice(title.length)}` : `${name}: ${sentence}`;
  if (suggestion === null) return new PearlError(code, message, { ...hintOf(error), cause: error });
  const hint = `${suggestion.lead}: ${name}${separator}${suggestion.value}`;
  return new PearlError(code, message, { hint, cause: error });
}

function hintOf({ fix }: ConfigError): { hint?: Fix } {
  return fix === undefined ? {} : { hint: fix };
}
