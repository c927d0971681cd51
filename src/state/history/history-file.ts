// The file of the past on the disk: read whole, and written a place at a time. It has one size for ever, below 2 MB, and is
// not synced: a power cut costs the newest places, and each place says by its checksum whether it is whole.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { errnoOf } from '../../base/errors.ts';
import { HISTORY_BYTES, historyHead, type KeptPast, NOTHING_KEPT, type Placed, readHistory } from './history-codec.ts';

/** What is kept there; nothing where there is no file, or one of another layout. Throws what the file system threw. */
export function readHistoryFile(path: string): KeptPast {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return NOTHING_KEPT;
    throw error;
  }
  try {
    return readWhole(file) ?? NOTHING_KEPT;
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number): KeptPast | null {
  const facts = fstatSync(file);
  if (!facts.isFile() || facts.size !== HISTORY_BYTES) return null;
  const content = Buffer.alloc(HISTORY_BYTES);
  return readSync(file, content, 0, HISTORY_BYTES, 0) === HISTORY_BYTES ? readHistory(content) : null;
}

/** The same file, to be written by the one process that holds the instance's lock. */
export class HistoryFile {
  readonly kept: KeptPast;
  readonly #descriptor: number;

  /** Opens it, and begins a new one in place of a foreign one. Throws what the file system threw. */
  constructor(path: string) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    this.#descriptor = openSync(path, flags, 0o600);
    try {
      const kept = readWhole(this.#descriptor);
      this.kept = kept ?? NOTHING_KEPT;
      if (kept === null) this.#begin();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** Throws what the file system threw. */
  write({ offset, bytes }: Placed): void {
    writeSync(this.#descriptor, bytes, 0, bytes.length, offset);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #begin(): void {
    ftruncateSync(this.#descriptor, 0);
    ftruncateSync(this.#descriptor, HISTORY_BYTES);
    this.write({ offset: 0, bytes: historyHead() });
  }
}
