// The ledger as the settling of proofs uses it: a note before the answer, the verdict after it, and no proof without one of
// the two on the disk. A disk that is full or gone holds up nothing.
import { errnoOf } from '../../base/errors.ts';
import type { LedgerEntry } from '../../state/ledger/entry.ts';
import { LedgerBacklog } from './backlog.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { PendingProofs } from './pending.ts';

export class Books {
  readonly #ledger: LedgerWriter;
  readonly #pending: PendingProofs;
  readonly #backlog: LedgerBacklog;

  private constructor(ledger: LedgerWriter, pending: PendingProofs, warn: (message: string) => void) {
    this.#ledger = ledger;
    this.#pending = pending;
    this.#backlog = new LedgerBacklog({
      append: async (entry) => {
        await ledger.append(entry);
        pending.settle(entry);
      },
      onTrouble: (error) => warn(`the ledger cannot be written (${reasonOf(error)}): shares wait for it in memory`),
      onLost: (entries) => warn(`${entries} shares are missing in the ledger, which could not be written`),
    });
  }

  /** Opens or makes the ledger. Throws system errors. */
  static async open(ledgerFile: string, warn: (message: string) => void): Promise<Books> {
    const ledger = await LedgerWriter.open(ledgerFile);
    const pending = await PendingProofs.open(ledgerFile, (error) =>
      warn(`proofs cannot be noted before their verdict (${reasonOf(error)}): a kill now would lose sight of them`),
    );
    return new Books(ledger, pending, warn);
  }

  /** What an earlier process answered and left without a verdict: each is to be settled here. */
  get left(): readonly LedgerEntry[] {
    return this.#pending.left;
  }

  /** Notes a proof that is about to be answered, as what it is should nothing more be heard of it. Never rejects. */
  note(entry: LedgerEntry): Promise<void> {
    return this.#pending.note(entry);
  }

  /** Writes a verdict down. */
  settle(entry: LedgerEntry): void {
    this.#backlog.add(entry);
  }

  /** Writes what waits, as far as that is possible now. */
  async close(): Promise<void> {
    await this.#backlog.close();
    await this.#ledger.close();
    await this.#pending.close();
  }
}

function reasonOf(error: unknown): string {
  return errnoOf(error) ?? String(error);
}
