// The ledger as the settling of proofs uses it: a note before the answer, the verdict after it, and no proof without one of
// the two on the disk. A disk that is full or gone holds up nothing.
import { errnoOf } from '../../base/errors.ts';
import type { LedgerEntry } from '../../state/ledger/entry.ts';
import type { LedgerBounds } from '../../state/ledger/ledger-files.ts';
import { readLedger } from '../../state/ledger/read-ledger.ts';
import { LedgerBacklog } from './backlog.ts';
import { LedgerWriter } from './ledger-writer.ts';
import { PendingProofs } from './pending.ts';

export interface BooksOptions {
  readonly ledgerFile: string;
  readonly warn: (message: string) => void;
  readonly bounds?: LedgerBounds;
  /**
   * A verdict is in the ledger. `recalled`: of a proof of an earlier process, which may have told of it. So a reader that
   * counts them has what the ledger has, whatever is killed.
   */
  readonly onWritten?: (entry: LedgerEntry, recalled: boolean) => void;
}

export class Books {
  readonly #ledgerFile: string;
  readonly #ledger: LedgerWriter;
  readonly #pending: PendingProofs;
  readonly #backlog: LedgerBacklog;
  readonly #recalled = new WeakSet<LedgerEntry>();

  private constructor({ ledgerFile, warn, onWritten }: BooksOptions, ledger: LedgerWriter, pending: PendingProofs) {
    this.#ledgerFile = ledgerFile;
    this.#ledger = ledger;
    this.#pending = pending;
    this.#backlog = new LedgerBacklog({
      append: async (entry) => {
        await ledger.append(entry);
        onWritten?.(entry, this.#recalled.has(entry));
        pending.settle(entry);
      },
      onTrouble: (error) => warn(`the ledger cannot be written (${reasonOf(error)}): shares wait for it in memory`),
      onLost: (entries) => warn(`${entries} shares are missing in the ledger, which could not be written`),
    });
    for (const entry of pending.written) onWritten?.(entry, true);
  }

  /** Opens or makes the ledger. Throws system errors. */
  static async open(options: BooksOptions): Promise<Books> {
    const { ledgerFile, warn, bounds } = options;
    const ledger = await LedgerWriter.open(ledgerFile, bounds);
    const pending = await PendingProofs.open(ledgerFile, (error) =>
      warn(`proofs cannot be noted before their verdict (${reasonOf(error)}): a kill now would lose sight of them`),
    );
    return new Books(options, ledger, pending);
  }

  /** What an earlier process answered and left without a verdict: each is to be settled here. */
  get left(): readonly LedgerEntry[] {
    return this.#pending.left;
  }

  /** Notes a proof that is about to be answered, as what it is should nothing more be heard of it. Never rejects. */
  note(entry: LedgerEntry): Promise<void> {
    return this.#pending.note(entry);
  }

  settle(entry: LedgerEntry, { recalled = false } = {}): void {
    if (recalled) this.#recalled.add(entry);
    this.#backlog.add(entry);
  }

  /** Whether the ledger has a verdict of this proof that is as young as the entry. Throws system errors. */
  async has({ proof, time }: Pick<LedgerEntry, 'proof' | 'time'>): Promise<boolean> {
    for await (const entry of readLedger(this.#ledgerFile, { sinceMs: Date.parse(time) })) {
      if (entry.proof === proof) return true;
    }
    return false;
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
