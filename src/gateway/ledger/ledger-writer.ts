// Writes the ledger: append-only, one line a share, on the disk before `append` resolves, bounded by rotation. A line that
// a crash tore is closed off at the next start, so that it spoils none behind it.
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { makeFolder } from '../../base/private-folder.ts';
import { fileMark, readCheckpoint, withEntry, writeCheckpoint } from '../../state/ledger/checkpoint.ts';
import { type LedgerEntry, renderEntry } from '../../state/ledger/entry.ts';
import { LEDGER_BOUNDS, type LedgerBounds, ledgerPath } from '../../state/ledger/ledger-files.ts';
import { readLedgerFile } from '../../state/ledger/read-ledger.ts';

const NEWLINE = 0x0a;

export class LedgerWriter {
  readonly #path: string;
  readonly #bounds: LedgerBounds;
  #file: FileHandle;
  #bytes: number;
  /** Lines are written one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(path: string, bounds: LedgerBounds, file: FileHandle, bytes: number) {
    this.#path = path;
    this.#bounds = bounds;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens or makes the file. Throws system errors. */
  static async open(path: string, bounds: LedgerBounds = LEDGER_BOUNDS): Promise<LedgerWriter> {
    makeFolder(dirname(path), 0o700);
    const file = await openForAppend(path);
    return new LedgerWriter(path, bounds, file, await endWithNewline(file));
  }

  /** Resolves when the entry is on the disk; rejects with the system's error when it cannot be written. */
  append(entry: LedgerEntry): Promise<void> {
    const written = this.#turn.then(() => this.#write(Buffer.from(renderEntry(entry))));
    this.#turn = written.catch(() => {});
    return written;
  }

  /** Waits for what was appended, then closes. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#file.close();
  }

  async #write(line: Buffer): Promise<void> {
    if (this.#bytes > 0 && this.#bytes + line.length > this.#bounds.maxBytes) await this.#rotate();
    const before = this.#bytes;
    try {
      await this.#file.appendFile(line);
      this.#bytes += line.length;
      await this.#file.datasync();
    } catch (error) {
      // A full disk may have taken half a line: what is left of it goes, so that the next line begins as one.
      await this.#file.truncate(before).catch(() => {});
      this.#bytes = before;
      throw error;
    }
  }

  /** The file that rotation is about to remove goes into the sums, once. */
  async #countOldest(): Promise<void> {
    const oldest = ledgerPath(this.#path, this.#bounds.olderFiles);
    const mark = await fileMark(oldest);
    const { counted, owners } = await readCheckpoint(this.#path);
    if (mark === null || mark === counted) return;
    let sums = owners;
    for await (const entry of readLedgerFile(oldest)) sums = withEntry(sums, entry);
    writeCheckpoint(this.#path, { counted: mark, owners: sums });
  }

  async #rotate(): Promise<void> {
    await this.#countOldest();
    await rm(ledgerPath(this.#path, this.#bounds.olderFiles), { force: true });
    for (let age = this.#bounds.olderFiles - 1; age >= 0; age -= 1) {
      await rename(ledgerPath(this.#path, age), ledgerPath(this.#path, age + 1)).catch((error: unknown) => {
        if (errnoOf(error) !== 'ENOENT') throw error;
      });
    }
    const fresh = await openForAppend(this.#path);
    await this.#file.close();
    this.#file = fresh;
    this.#bytes = 0;
  }
}

function openForAppend(path: string): Promise<FileHandle> {
  return open(path, 'a+', 0o600);
}

/** Ends a torn last line; the file's length after that. */
async function endWithNewline(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  if (size === 0) return 0;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] === NEWLINE) return size;
  await file.appendFile('\n');
  return size + 1;
}
