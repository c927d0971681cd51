// The proofs that were handed to pools: none goes twice, on whatever connection.
import { createHash } from 'node:crypto';
import { keepNewestKeys } from '../../base/keep-newest.ts';

/** Far more than are found while a job lives. */
const MAX_REMEMBERED = 4096;

export class SentProofs {
  readonly #digests = new Set<string>();

  /** False when this very proof came before. */
  remember(proof: string): boolean {
    const digest = createHash('sha256').update(proof).digest('base64');
    if (this.#digests.has(digest)) return false;
    this.#digests.add(digest);
    keepNewestKeys(this.#digests, MAX_REMEMBERED);
    return true;
  }
}
