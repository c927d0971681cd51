// An error in a configuration, with the place as facts: the file, the line, the key.
import { type ErrorCode, PearlError } from '../base/errors.ts';

export interface Place {
  /** The file as the user knows it; null for a value that stands in none. */
  origin: string | null;
  /** From 1; null where nothing in the file is wrong but something is missing. */
  line: number | null;
  /** As `section.key`, or the key alone before any section; null where it is not about a key. */
  key?: string | null;
}

/** A value that would do: the one that was probably meant, or any. */
export interface Suggestion {
  lead: 'Did you mean' | 'For example';
  value: string;
}

/** What is wrong at one place of a configuration; several can be collected from one file. */
export class ConfigError extends PearlError {
  readonly origin: string | null;
  readonly line: number | null;
  readonly key: string | null;
  /** What is wrong, without the place. One about a key's value begins with the key's title. */
  readonly sentence: string;
  readonly suggestion: Suggestion | null;

  /** @param sentence what is wrong, without the place, which is put before it. */
  constructor(code: ErrorCode, place: Place, sentence: string, hint?: string, suggestion: Suggestion | null = null) {
    const { origin, line } = place;
    const where = line === null ? origin : `${origin}, line ${line}`;
    super(code, where === null ? sentence : `${where}: ${sentence}`, hint === undefined ? {} : { hint });
    this.origin = origin;
    this.line = line;
    this.key = place.key ?? null;
    this.sentence = sentence;
    this.suggestion = suggestion;
  }
}
