// `status --watch`: the same answer again and again, until it is ended. How it is shown is up to a `Display`: a screen
// that redraws for a person, or a line for each change for a program.
import { setTimeout as delay } from 'node:timers/promises';
import type { StatusModel } from '../../state/status/gather.ts';

export interface Display {
  show(model: StatusModel): void;
  /** Leaves the terminal as it was. Called once, also after an error. */
  end(): void;
}

/** The supervisor writes its figures every two seconds, and a change of state at once. */
const PERIOD_MS = 1000;

/** Reads and shows until `signal` is aborted. Resolves to the last state that was shown. */
export async function watchStatus(
  read: () => Promise<StatusModel>,
  display: Display,
  signal: AbortSignal,
  periodMs = PERIOD_MS,
): Promise<StatusModel> {
  try {
    for (;;) {
      const model = await read();
      display.show(model);
      if (signal.aborted) return model;
      await delay(periodMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return model;
    }
  } finally {
    display.end();
  }
}

/** What grows by itself while nothing happens: no change, and no news for a program. */
const RESTLESS = new Set(['impliedRate', 'uptimeSeconds', 'ageSeconds', 'lastAgeSeconds', 'memoryBytes']);

/** A line, and the part of it that makes a change. */
export type LineOf = (model: StatusModel) => { readonly line: string; readonly counts: string };

/** A line for each change. */
export class LineDisplay implements Display {
  readonly #write: (text: string) => void;
  readonly #lineOf: LineOf;
  #last: string | null = null;

  constructor(write: (text: string) => void, lineOf: LineOf) {
    this.#write = write;
    this.#lineOf = lineOf;
  }

  show(model: StatusModel): void {
    const { line, counts } = this.#lineOf(model);
    if (counts === this.#last) return;
    this.#last = counts;
    this.#write(`${line}\n`);
  }

  end(): void {}
}

/** The whole document as a line; what only grows older is no change. */
export const jsonLine: LineOf = (model) => {
  const counts = JSON.stringify(model, (key, value) => (RESTLESS.has(key) ? undefined : value));
  return { line: JSON.stringify(model), counts };
};
