// The proofs that were handed to pools: none goes twice, on whatever connection.
import { createHash } from 'node:crypto';

/** Far more than are found while a job lives. */
const MAX_REMEMBERED = 4096;

export class SentProofs {
  readonly #digests = new Set<string>();

  /** False when this very proof came before. */
  remember(proof: string): boolean {
    const digest = createHash('sha256').update(proof).digest('base64');
    if (this.#digests.has(digest)) return false;
    this.#digests.add(digest);
    const [oldest] = this.#digests;
    if (this.#digests.size > MAX_REMEMBERED && oldest !== undefined) this.#digests.delete(oldest);
    return true;
  }
}
