// Reads the ledger, oldest entry first, over all its files; torn and foreign lines are passed over.
import { type FileHandle, open } from 'node:fs/promises';
import { errnoOf } from '../../base/errors.ts';
import { type Frame, LineFramer } from '../../protocol/jsonrpc/framing.ts';
import { type LedgerEntry, parseEntry } from './entry.ts';
import { LEDGER_BOUNDS, ledgerPath } from './ledger-files.ts';

const LINE_LIMITS = { maxLineBytes: 16 << 10, maxDiscardBytes: Number.MAX_SAFE_INTEGER };

export interface ReadLedgerOptions {
  /** Only entries whose verdict came at this Unix time (milliseconds) or later. */
  readonly sinceMs?: number;
}

/** The entries of the ledger at `path` (`Paths.ledgerFile`), none where there is no such file. Throws system errors. */
export async function* readLedger(path: string, options: ReadLedgerOptions = {}): AsyncGenerator<LedgerEntry> {
  const { sinceMs = Number.NEGATIVE_INFINITY } = options;
  for await (const entry of allEntries(path)) {
    if (Date.parse(entry.time) >= sinceMs) yield entry;
  }
}

async function* allEntries(path: string): AsyncGenerator<LedgerEntry> {
  // All files are opened before the first is read, so that a rotation in between loses and repeats next to nothing.
  const files: FileHandle[] = [];
  try {
    for (let age = LEDGER_BOUNDS.olderFiles; age >= 0; age -= 1) {
      const file = await openIfThere(ledgerPath(path, age));
      if (file !== null) files.push(file);
    }
    for (const file of files) yield* entriesOf(file);
  } finally {
    for (const file of files) await file.close();
  }
}

async function* entriesOf(file: FileHandle): AsyncGenerator<LedgerEntry> {
  const framer = new LineFramer(LINE_LIMITS);
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    yield* entriesIn(framer.push(chunk as Buffer));
  }
  yield* entriesIn(framer.end());
}

function* entriesIn(frames: readonly Frame[]): Generator<LedgerEntry> {
  for (const frame of frames) {
    const entry = frame.type === 'line' ? parseEntry(frame.bytes) : null;
    if (entry !== null) yield entry;
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
