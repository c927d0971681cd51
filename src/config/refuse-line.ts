// Refusing a line of a configuration, with its number.
import { ConfigError } from './config-error.ts';

export type Refuse = (sentence: string, hint?: string) => never;

/** What throws CONFIG_SYNTAX for this line. */
export function refusal(origin: string, line: number): Refuse {
  return (sentence, hint) => {
    throw new ConfigError('CONFIG_SYNTAX', { origin, line }, sentence, hint);
  };
}

/** The first character of a text that no line may hold. Also the two Unicode line ends, on which the patterns of the package `ini` break, and halves of characters. */
export function controlCharacterIn(text: string): string | undefined {
  return /[\p{Cc}\p{Cs}\u2028\u2029]/u.exec(text.replaceAll('\t', ' '))?.[0];
}

export function refuseControlCharacters(text: string, refuse: Refuse): void {
  const found = controlCharacterIn(text);
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  refuse(`The line contains the control character U+${code}.`, 'Remove it; the file must be plain UTF-8 text.');
}
