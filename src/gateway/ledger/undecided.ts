// Unknown verdicts of the ledger that the node's chain may still decide: lines that keep by what their block is found.
import type { LedgerEntry } from '../../state/ledger/entry.ts';
import { readLedger } from '../../state/ledger/read-ledger.ts';

/** A chain that has not moved past a proof for so long is no chain to wait for. */
const LOOKED_FOR_MS = 7 * 24 * 3_600_000;
const MAX_UNDECIDED = 32;

/** The youngest of the last seven days that no later line corrects, oldest first. Throws system errors. */
export async function undecidedProofs(ledgerFile: string, nowMs: number): Promise<LedgerEntry[]> {
  const undecided = new Map<string, LedgerEntry>();
  for await (const entry of readLedger(ledgerFile, { sinceMs: nowMs - LOOKED_FOR_MS })) {
    if (entry.result === 'unknown' && entry.awaited !== undefined) undecided.set(entry.proof, entry);
    else undecided.delete(entry.proof);
  }
  return [...undecided.values()].slice(-MAX_UNDECIDED);
}
