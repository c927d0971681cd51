// Whether a changed configuration may be written: `config set`, `unset`, `edit` and `init` ask here before they write.
import { ConfigError } from './config-error.ts';
import { checkConfig, type ParseOptions } from './configuration.ts';

/**
 * What is wrong with the text `after` that was wrong with `before` already: a broken file may be mended step by step.
 *
 * @throws ConfigError the first problem that `after` has and `before` has not.
 */
export function checkChange(before: string, after: string, origin: string, options: ParseOptions = {}): ConfigError[] {
  const known = new Set(problemsOf(before, origin, options).map(fingerprint));
  const remaining = problemsOf(after, origin, options);
  const added = remaining.find((problem) => !known.has(fingerprint(problem)));
  if (added !== undefined) throw added;
  return remaining;
}

/** All that is wrong with a text. What is no INI at all has one problem, and nothing behind it can be judged. */
export function problemsOf(text: string, origin: string, options: ParseOptions): ConfigError[] {
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
