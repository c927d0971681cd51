// How many of the proofs that were found lately never went to the pool for a limit's sake, though they were worth it.
import type { UpstreamTrouble } from '../../upstream.ts';

/** Found proofs that are looked back on. */
const WINDOW = 200;
/** Fewer say nothing. */
const LEAST = 50;
/** More than this is worth a word. */
const PERCENT = 2;

export class UnsentShares {
  #recent: (string | null)[] = [];

  /** @param heldBack why it was not sent, where a limit was the reason; null for any other fate. */
  add(heldBack: string | null): void {
    this.#recent = [...this.#recent.slice(1 - WINDOW), heldBack];
  }

  troubles(): UpstreamTrouble[] {
    const text = this.trouble();
    return text === null ? [] : [{ id: 'pool-drops', text: `${text}.` }];
  }

  /** In words, or null while nearly all of them go. */
  trouble(): string | null {
    const unsent = this.#recent.filter((reason) => reason !== null);
    const last = unsent.at(-1);
    if (last === undefined || this.#recent.length < LEAST || unsent.length * 100 <= PERCENT * this.#recent.length)
      return null;
    return `${unsent.length} of the last ${this.#recent.length} shares were not sent: ${last}`;
  }
}
