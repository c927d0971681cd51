// What the miner found, and no gateway has: noted on the disk from the find on, so that a kill loses sight of none, and told to
// the gateway for the ledger when it is dropped.
import { errnoOf } from '../base/errors.ts';
import { PendingProofs } from '../gateway/ledger/pending.ts';
import type { LedgerEntry } from '../state/ledger/entry.ts';
import { foundPath } from '../state/ledger/ledger-files.ts';

export interface DroppedProof {
  readonly entry: LedgerEntry;
  /** It, or this word of it, may have reached a gateway. */
  readonly mayBeKnown: boolean;
}

export class FoundBook {
  readonly #notes: PendingProofs | null;
  #untold: DroppedProof[];
  #lastTaken: LedgerEntry | null = null;

  private constructor(notes: PendingProofs | null) {
    this.#notes = notes;
    // Of several notes of one proof the last tells how far it came.
    const left = new Map(notes?.left.map((entry) => [entry.proof, entry]));
    this.#untold = [...left.values()].map((entry) => ({ entry, mayBeKnown: true }));
  }

  /** @param ledgerFile the notes are beside it; null for a miner without a supervisor, which keeps none. */
  static async open(ledgerFile: string | null, warn: (message: string) => void): Promise<FoundBook> {
    if (ledgerFile === null) return new FoundBook(null);
    const onTrouble = (error: unknown) =>
      warn(`what is found cannot be noted (${errnoOf(error) ?? String(error)}): a kill now would lose sight of it`);
    return new FoundBook(await PendingProofs.open(ledgerFile, onTrouble, foundPath(ledgerFile)));
  }

  /** How many proofs were dropped that no ledger has. */
  get untold(): number {
    return this.#untold.length;
  }

  /** Of the oldest of them. */
  get next(): DroppedProof | undefined {
    return this.#untold[0];
  }

  /**
   * A find, as what it is should nothing more be heard of it; and again before it is handed in, so that a kill leaves a note by
   * which its block is found on the chain. Resolves when that is noted, or when the disk takes too long; never rejects.
   *
   * @param onTried called when it is noted or the disk has refused it, however long that takes.
   */
  async note(entry: LedgerEntry, onTried?: () => void): Promise<void> {
    if (this.#notes === null) onTried?.();
    else await this.#notes.note(entry, onTried);
  }

  /**
   * A gateway has it, and accounts for it. The last one stays noted until the next: a supervisor that is killed at this moment
   * may not have read of it yet.
   */
  taken(entry: LedgerEntry): void {
    if (this.#lastTaken !== null) this.#forget(this.#lastTaken);
    this.#lastTaken = entry;
  }

  /** It is not handed in; `mayBeKnown` where it was and no answer came, so that there may be a block of it. */
  drop({ awaited, ...entry }: LedgerEntry, reason: string, mayBeKnown: boolean): void {
    const traced = mayBeKnown && awaited !== undefined ? { awaited } : {};
    const dropped = { ...entry, ...traced, reason: reason.slice(0, 500) };
    this.#untold.push({ entry: dropped, mayBeKnown });
    void this.#notes?.note(dropped);
    this.#notes?.settle(entry);
  }

  /** The gateway is told of it, and may hear it although no answer comes. */
  telling({ entry }: DroppedProof): void {
    this.#untold = this.#untold.map((drop) => (drop.entry === entry ? { entry, mayBeKnown: true } : drop));
  }

  /** The ledger has it, or will. */
  told({ entry }: DroppedProof): void {
    this.#untold = this.#untold.filter((drop) => drop.entry !== entry);
    this.#forget(entry);
  }

  async close(): Promise<void> {
    if (this.#lastTaken !== null) this.#forget(this.#lastTaken);
    await this.#notes?.close();
  }

  /** All its notes: found, handed in, dropped. */
  #forget(entry: LedgerEntry): void {
    while (this.#notes?.settle(entry));
  }
}
