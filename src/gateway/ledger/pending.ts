// Proofs that are about to be answered `submitted` and have no verdict yet, as a small file beside the ledger. Written before
// the answer goes out, so that a process which is killed in between leaves a note of each: the next process that opens
// the file accounts for it. A power cut may take the youngest notes, a kill does not.
import { constants, readFileSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { orNull } from '../../base/errors.ts';
import { within } from '../../base/time-limit.ts';
import { type LedgerEntry, parseEntry, renderEntry } from '../../state/ledger/entry.ts';
import { foundPath, pendingPath } from '../../state/ledger/ledger-files.ts';
import { belongsTo, type LedgerOwner } from '../../state/ledger/ledger-owner.ts';
import { readLedger } from '../../state/ledger/read-ledger.ts';

/** Beyond this, and twice what still waits, the file is rewritten with that; a note has some 400 bytes. */
const COMPACT_BYTES = 64 << 10;
/** A disk that hangs must not hold up the answer to a miner. */
const PATIENCE_MS = 250;
/** More than the gateway and the backlog of its ledger hold; a larger file is no such file. */
const MAX_FILE_BYTES = 16 << 20;

export class PendingProofs {
  readonly #path: string;
  readonly #onTrouble: (error: unknown) => void;
  /** What an earlier process left without a verdict, oldest first. */
  readonly left: readonly LedgerEntry[];
  /** Verdicts of the ledger whose note an earlier process did not live to take away. */
  readonly written: readonly LedgerEntry[];
  #open: LedgerEntry[];
  #file: FileHandle | null = null;
  #bytes = 0;
  #compactBytes = COMPACT_BYTES;
  #isTroubled = false;
  /** Lines are written one after the other. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, bytes: number, found: Accounted, onTrouble: (error: unknown) => void) {
    const { left, written } = found;
    this.#path = path;
    this.#bytes = bytes;
    this.#onTrouble = onTrouble;
    this.left = left;
    this.written = written;
    // They wait until they are settled, like all others.
    this.#open = [...left];
  }

  /**
   * Reads what was left in `path`, beside the ledger at `ledgerFile`. What the ledger has a verdict of is not left: then only the note
   * was not taken away in time. Nothing about the file is fatal; `onTrouble` hears the first failure of a row.
   */
  static async open(
    ledgerFile: string,
    onTrouble: (error: unknown) => void,
    path = pendingPath(ledgerFile),
  ): Promise<PendingProofs> {
    // Of a process that was killed while it rewrote them.
    await rm(`${path}.new`, { force: true }).catch(() => {});
    const { bytes, notes } = readNotes(path);
    const found = await accounted(notes, ledgerFile).catch(() => ({ left: notes, written: [] }));
    return new PendingProofs(path, bytes, found, onTrouble);
  }

  /**
   * Notes a proof; resolves when the note is in the file, or when the disk takes too long or refuses it.
   *
   * @param onTried called when the note is in the file or refused, however long that takes.
   */
  async note(entry: LedgerEntry, onTried: () => void = () => {}): Promise<void> {
    this.#open.push(entry);
    const tried = this.#next(() => this.#append(entry)).then(onTried);
    await within(tried, PATIENCE_MS);
  }

  /** The verdict of this proof is in the ledger. False where it had no note. */
  settle({ proof, job }: Pick<LedgerEntry, 'proof' | 'job'>): boolean {
    // Two notes of one proof and job are worth the same: their number is what counts.
    const index = this.#open.findIndex((entry) => entry.proof === proof && entry.job === job);
    if (index === -1) return false;
    this.#open.splice(index, 1);
    void this.#next(() => this.#tidy());
    return true;
  }

  /** The file stays only for what still waits. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#file?.close().catch(() => {});
    if (this.#open.length === 0) await rm(this.#path, { force: true }).catch(() => {});
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).then(
      () => {
        this.#isTroubled = false;
      },
      (error: unknown) => {
        if (!this.#isTroubled) this.#onTrouble(error);
        this.#isTroubled = true;
      },
    );
    return this.#turn;
  }

  async #append(entry: LedgerEntry): Promise<void> {
    // The break in front ends what a kill or a full disk left of an earlier line.
    const bytes = Buffer.from(`\n${renderEntry(entry)}`);
    this.#file ??= await openFile(this.#path);
    await this.#file.appendFile(bytes);
    this.#bytes += bytes.length;
  }

  async #tidy(): Promise<void> {
    if (this.#open.length === 0) {
      this.#file ??= await openFile(this.#path);
      await this.#file.truncate(0);
      this.#bytes = 0;
    } else if (this.#bytes >= this.#compactBytes) {
      await this.#rewrite();
    }
  }

  /** By a rename, so that a kill in the middle costs no note of a proof that waits. */
  async #rewrite(): Promise<void> {
    const text = Buffer.from(this.#open.map((entry) => renderEntry(entry)).join(''));
    const fresh = await openFile(`${this.#path}.new`);
    try {
      await fresh.truncate(0);
      await fresh.appendFile(text);
      await rename(`${this.#path}.new`, this.#path);
    } catch (error) {
      await fresh.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = fresh;
    this.#bytes = text.length;
    this.#compactBytes = Math.max(COMPACT_BYTES, 2 * text.length);
  }
}

function openFile(path: string): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  return open(path, flags, 0o600);
}

/** Torn and foreign lines are passed over. */
function readNotes(path: string): { bytes: number; notes: LedgerEntry[] } {
  const content = orNull(() => readFileSync(path));
  if (content === null) return { bytes: 0, notes: [] };
  if (content.length > MAX_FILE_BYTES) return { bytes: content.length, notes: [] };
  const lines = content.toString('utf8').split('\n');
  const notes = lines.map((line) => parseEntry(Buffer.from(line))).filter((entry) => entry !== null);
  return { bytes: content.length, notes };
}

interface Accounted {
  readonly left: readonly LedgerEntry[];
  readonly written: readonly LedgerEntry[];
}

/** The notes by whether the ledger has a verdict that is as young as they are; each verdict stands for one note. */
async function accounted(noted: readonly LedgerEntry[], ledgerFile: string): Promise<Accounted> {
  if (noted.length === 0) return { left: [], written: [] };
  let left = [...noted];
  const written: LedgerEntry[] = [];
  const sinceMs = Math.min(...noted.map(({ time }) => Date.parse(time)));
  for await (const entry of readLedger(ledgerFile, { sinceMs })) {
    const { proof, job, time } = entry;
    const index = left.findIndex((note) => note.proof === proof && note.job === job && note.time <= time);
    if (index === -1) continue;
    left = left.toSpliced(index, 1);
    written.push(entry);
  }
  return { left, written };
}

/** The proofs of which there are notes, by whether the ledger has a verdict of them. */
export interface NotedProofs {
  readonly inFlight: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
}

/**
 * The proofs that gateway and miner noted beside the ledger at `ledgerFile`. Those of another owner are left out: the gateway's
 * notes say whose a proof is, the miner's do not. Throws system errors.
 */
export async function notedProofs(ledgerFile: string, owner: LedgerOwner): Promise<NotedProofs> {
  const notes = [pendingPath(ledgerFile), foundPath(ledgerFile)].flatMap((path) => readNotes(path).notes);
  const inFlight = new Set(notes.map(({ proof }) => proof));
  for (const note of notes) if (note.origin !== undefined && !belongsTo(owner, note)) inFlight.delete(note.proof);
  const settled = new Set<string>();
  if (notes.length === 0) return { inFlight, settled };
  const sinceMs = Math.min(...notes.map(({ time }) => Date.parse(time)));
  for await (const { proof } of readLedger(ledgerFile, { sinceMs })) if (inFlight.delete(proof)) settled.add(proof);
  return { inFlight, settled };
}
