// An error in a configuration, with the place as facts: the file, the line, the key.
import { type ErrorCode, PearlError } from '../errors.ts';

export interface Place {
  /** The file as the user knows it. */
  origin: string;
  /** From 1; null where nothing in the file is wrong but something is missing. */
  line: number | null;
  /** As `section.key`, or the key alone before any section; null where it is not about a key. */
  key?: string | null;
}

/** What is wrong at one place of a configuration; several can be collected from one file. */
export class ConfigError extends PearlError {
  readonly origin: string;
  readonly line: number | null;
  readonly key: string | null;

  /** @param sentence what is wrong, without the place, which is put before it. */
  constructor(code: ErrorCode, place: Place, sentence: string, hint?: string) {
    const where = place.line === null ? place.origin : `${place.origin}, line ${place.line}`;
    super(code, `${where}: ${sentence}`, hint === undefined ? {} : { hint });
    this.origin = place.origin;
    this.line = place.line;
    this.key = place.key ?? null;
  }
}
