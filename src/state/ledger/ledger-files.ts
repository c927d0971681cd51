// The ledger's files: the one that grows, and the older ones it was rotated into, `shares.1.jsonl` the youngest of them.
import { join, parse } from 'node:path';

export interface LedgerBounds {
  /** The file is put aside before it would grow beyond this. */
  readonly maxBytes: number;
  /** How many older files are kept. */
  readonly olderFiles: number;
}

/** About 20,000 shares a file: at 30 a minute the whole ledger goes back two days, usually months. */
export const LEDGER_BOUNDS: LedgerBounds = { maxBytes: 8 << 20, olderFiles: 4 };

/** The path of the file that was rotated `age` times; 0 is the one that grows. */
export function ledgerPath(path: string, age: number): string {
  return age === 0 ? path : besideLedger(path, `${age}.jsonl`);
}

/** The notes of proofs without a verdict yet, beside the ledger at `path`. */
export function pendingPath(path: string): string {
  return besideLedger(path, 'pending.jsonl');
}

/** The notes of the miner's proofs that no gateway has taken yet, beside the ledger at `path`. */
export function foundPath(path: string): string {
  return besideLedger(path, 'found.jsonl');
}

/** The sums of what rotation removed, beside the ledger at `path`. */
export function checkpointPath(path: string): string {
  return besideLedger(path, 'totals.json');
}

function besideLedger(path: string, end: string): string {
  const { dir, name } = parse(path);
  return join(dir, `${name}.${end}`);
}
