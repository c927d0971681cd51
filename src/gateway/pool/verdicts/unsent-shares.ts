// How many of the proofs that were found lately never went to the pool.
import type { UpstreamTrouble } from '../../upstream.ts';
import { HELD_BACK } from './submissions.ts';

/** Found proofs that are looked back on. */
const WINDOW = 200;
/** Fewer say nothing. */
const LEAST = 50;
/** More than this is worth a word. */
const PERCENT = 2;

export class UnsentShares {
  #recent: (string | null)[] = [];

  /** @param reason why it was not sent; null for one that was. */
  add(reason: string | null): void {
    this.#recent = [...this.#recent.slice(1 - WINDOW), reason];
  }

  /** `pool-drops`: there are more than can be sent. `pool-late`: they come too late, or cannot be sent for another reason. */
  troubles(): UpstreamTrouble[] {
    const unsent = this.#recent.filter((reason) => reason !== null);
    const last = unsent.at(-1);
    if (last === undefined || this.#recent.length < LEAST || unsent.length * 100 <= PERCENT * this.#recent.length)
      return [];
    const isTooMany = last.startsWith(HELD_BACK) || last.startsWith('too many');
    const text = `${unsent.length} of the last ${this.#recent.length} shares were not sent: ${last}.`;
    return [{ id: isTooMany ? 'pool-drops' : 'pool-late', text }];
  }
}
