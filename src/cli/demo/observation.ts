// One look at the running demo, through the same doors as any user: the status model and the ledger.
import type { Paths } from '../../config/paths.ts';
import type { LedgerEntry } from '../../state/ledger/entry.ts';
import { readLedger } from '../../state/ledger/read-ledger.ts';
import { readStatus, type StatusModel } from '../../state/status/gather.ts';

export interface Observation {
  readonly status: StatusModel;
  /** Everything settled so far, oldest first. */
  readonly ledger: readonly LedgerEntry[];
}

export async function observe(paths: Paths): Promise<Observation> {
  const ledger: LedgerEntry[] = [];
  for await (const entry of readLedger(paths.ledgerFile)) ledger.push(entry);
  return { status: await readStatus(paths), ledger };
}

export function acceptedBlocks({ ledger }: Observation): number {
  return ledger.filter((entry) => entry.result === 'accepted' && entry.block).length;
}
