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
  /** Hears of each line that is no entry: torn by a crash, or foreign. */
  readonly onForeign?: () => void;
}

/** The entries of the ledger at `path` (`Paths.ledgerFile`), none where there is no such file. Throws system errors. */
export async function* readLedger(path: string, options: ReadLedgerOptions = {}): AsyncGenerator<LedgerEntry> {
  const { sinceMs = Number.NEGATIVE_INFINITY, onForeign = () => {} } = options;
  for await (const entry of allEntries(path, onForeign)) {
    if (Date.parse(entry.time) >= sinceMs) yield entry;
  }
}

/** The entries of one file of the ledger, none where it is not there. */
export async function* readLedgerFile(path: string): AsyncGenerator<LedgerEntry> {
  const file = await openIfThere(path);
  if (file === null) return;
  try {
    yield* entriesOf(file, () => {});
  } finally {
    await file.close();
  }
}

async function* allEntries(path: string, onForeign: () => void): AsyncGenerator<LedgerEntry> {
  // All files are opened before the first is read, so that a rotation in between loses and repeats next to nothing.
  const files: FileHandle[] = [];
  try {
    for (let age = LEDGER_BOUNDS.olderFiles; age >= 0; age -= 1) {
      const file = await openIfThere(ledgerPath(path, age));
      if (file !== null) files.push(file);
    }
    for (const file of files) yield* entriesOf(file, onForeign);
  } finally {
    for (const file of files) await file.close();
  }
}

async function* entriesOf(file: FileHandle, onForeign: () => void): AsyncGenerator<LedgerEntry> {
  const framer = new LineFramer(LINE_LIMITS);
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) {
    yield* entriesIn(framer.push(chunk as Buffer), onForeign);
  }
  yield* entriesIn(framer.end(), onForeign);
}

function* entriesIn(frames: readonly Frame[], onForeign: () => void): Generator<LedgerEntry> {
  for (const frame of frames) {
    const entry = frame.type === 'line' ? parseEntry(frame.bytes) : null;
    if (entry !== null) yield entry;
    else if (frame.type !== 'line' || frame.bytes.length > 0) onForeign();
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
