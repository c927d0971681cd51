// Lines of a child that come again and again, told once and then counted: a gateway without a template writes two a second
// for as long as it has none. Pure, on times that it is given.
import { keepNewestKeys } from '../keep-newest.ts';

/** How long the repeats of a line are only counted before their number is told. */
export const REPEAT_WINDOW_MS = 15 * 60_000;
/** Different lines that are remembered at once: the two of a template that fails take turns. */
const MAX_KNOWN = 8;

interface Known {
  sinceMs: number;
  lastMs: number;
  repeats: number;
}

export class Repeats {
  readonly #windowMs: number;
  /** By the line without the time in front; the one that was seen least recently first. */
  readonly #known = new Map<string, Known>();

  constructor(windowMs = REPEAT_WINDOW_MS) {
    this.#windowMs = windowMs;
  }

  /** The text to write, or null for a line that is only counted. */
  admit(text: string, nowMs: number): string | null {
    const key = text.replace(/^\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?/, '');
    const known = this.#known.get(key);
    this.#known.delete(key);
    if (known === undefined || nowMs - known.lastMs > this.#windowMs) {
      this.#remember(key, { sinceMs: nowMs, lastMs: nowMs, repeats: 0 });
      return text;
    }
    const { sinceMs, repeats } = known;
    if (nowMs - sinceMs < this.#windowMs) {
      this.#remember(key, { sinceMs, lastMs: nowMs, repeats: repeats + 1 });
      return null;
    }
    this.#remember(key, { sinceMs: nowMs, lastMs: nowMs, repeats: 0 });
    const minutes = Math.round((nowMs - sinceMs) / 60_000);
    return repeats === 0 ? text : `${text} (${(repeats + 1).toLocaleString('en-US')} times in ${minutes} min)`;
  }

  #remember(key: string, known: Known): void {
    this.#known.set(key, known);
    keepNewestKeys(this.#known, MAX_KNOWN);
  }
}
