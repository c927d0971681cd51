// The totals of a ledger by owner: what rotation removed, and what its files hold.
import { countResults } from '../../protocol/verdict.ts';
import { fileMark, type OwnerSums, readCheckpoint, withEntry } from './checkpoint.ts';
import { LEDGER_BOUNDS, ledgerPath } from './ledger-files.ts';
import type { LedgerOwner } from './ledger-owner.ts';
import { readLedger, readLedgerFile } from './read-ledger.ts';

export interface LedgerSums {
  readonly owners: readonly OwnerSums[];
  /** Lines that are no entries. */
  readonly foreign: number;
}

/** The sums of every owner of the ledger at `path`. Throws system errors. */
export async function sumLedger(path: string): Promise<LedgerSums> {
  const checkpoint = await readCheckpoint(path);
  const oldest = ledgerPath(path, LEDGER_BOUNDS.olderFiles);
  let foreign = 0;
  let owners = checkpoint.owners;
  const onForeign = () => {
    foreign += 1;
  };
  for await (const entry of readLedger(path, { onForeign })) owners = withEntry(owners, entry);
  const isCounted = checkpoint.counted !== null && (await fileMark(oldest)) === checkpoint.counted;
  // A kill came between its counting and its removing: it is in both.
  return { owners: isCounted ? await without(owners, oldest) : owners, foreign };
}

async function without(owners: readonly OwnerSums[], path: string): Promise<readonly OwnerSums[]> {
  let counted: readonly OwnerSums[] = [];
  for await (const entry of readLedgerFile(path)) counted = withEntry(counted, entry);
  return owners.map((owner) => {
    const twice = counted.find(({ network, wallet }) => network === owner.network && wallet === owner.wallet);
    if (twice === undefined) return owner;
    const byResult = countResults((result) => owner.byResult[result] - twice.byResult[result]);
    return { ...owner, byResult, blocks: owner.blocks - twice.blocks, work: owner.work - twice.work };
  });
}

/** The sums that are this owner's. */
export function sumsOf(owner: LedgerOwner, owners: readonly OwnerSums[]): readonly OwnerSums[] {
  return owners.filter(({ network, wallet }) => network === owner.network && wallet === owner.wallet);
}
