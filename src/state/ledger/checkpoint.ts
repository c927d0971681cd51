// The sums of the entries that rotation has removed (`shares.totals.json` beside the ledger), so that no total ever falls. It
// names the last file that it counted: a kill between the counting and the removing counts nothing twice.
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { writeFileAtomically } from '../../base/atomic-file.ts';
import { expectedMacs } from '../../protocol/expectation.ts';
import { countResults, type VerdictResult } from '../../protocol/verdict.ts';
import type { LedgerEntry } from './entry.ts';
import { checkpointPath } from './ledger-files.ts';

/** Of one owner; both null for entries of an earlier version, which name none. */
export interface OwnerSums {
  readonly network: string | null;
  readonly wallet: string | null;
  readonly byResult: Readonly<Record<VerdictResult, number>>;
  readonly blocks: number;
  /** Multiply-accumulates that the accepted shares take on average. */
  readonly work: bigint;
  /** ISO 8601, UTC, of the last of them. */
  readonly lastAt: string | null;
}

export interface Checkpoint {
  /** Digest of the first line of the last file that was counted, or null. */
  readonly counted: string | null;
  readonly owners: readonly OwnerSums[];
}

const EMPTY_CHECKPOINT: Checkpoint = { counted: null, owners: [] };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const schema = v.object({
  schema: v.literal(1),
  counted: v.nullable(v.string()),
  owners: v.array(
    v.object({
      network: v.nullable(v.string()),
      wallet: v.nullable(v.string()),
      by_result: v.object({ accepted: count, rejected: count, stale: count, dropped: count, unknown: count }),
      blocks: count,
      work: v.pipe(v.string(), v.regex(/^\d{1,100}$/)),
      last_at: v.nullable(v.string()),
    }),
  ),
});

/** Empty where there is none, or where it cannot be read. */
export async function readCheckpoint(ledgerFile: string): Promise<Checkpoint> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(checkpointPath(ledgerFile), 'utf8')));
    if (!parsed.success) return EMPTY_CHECKPOINT;
    const { counted, owners } = parsed.output;
    return {
      counted,
      owners: owners.map(({ network, wallet, by_result: byResult, blocks, work, last_at: lastAt }) => ({
        network,
        wallet,
        byResult,
        blocks,
        work: BigInt(work),
        lastAt,
      })),
    };
  } catch {
    return EMPTY_CHECKPOINT;
  }
}

/** On the disk when it returns. Throws system errors. */
export function writeCheckpoint(ledgerFile: string, { counted, owners }: Checkpoint): void {
  const document: v.InferInput<typeof schema> = {
    schema: 1,
    counted,
    owners: owners.map(({ byResult, work, lastAt, ...same }) => ({
      ...same,
      // Below zero only where the line that one corrects was taken away.
      by_result: { ...byResult, unknown: Math.max(0, byResult.unknown) },
      work: work.toString(),
      last_at: lastAt,
    })),
  };
  writeFileAtomically(checkpointPath(ledgerFile), `${JSON.stringify(document)}\n`, { mode: 0o600, durable: true });
}

/** With one entry more: pure. */
export function withEntry(owners: readonly OwnerSums[], entry: LedgerEntry): OwnerSums[] {
  const { network = null, wallet = null } = entry.origin ?? {};
  const at = owners.findIndex((owner) => owner.network === network && owner.wallet === wallet);
  const before = owners[at] ?? newOwner(network, wallet);
  const isAccepted = entry.result === 'accepted';
  const byResult = { ...before.byResult, [entry.result]: before.byResult[entry.result] + 1 };
  if (entry.corrects !== undefined) byResult[entry.corrects] -= 1;
  const after: OwnerSums = {
    ...before,
    byResult,
    blocks: before.blocks + (isAccepted && entry.block ? 1 : 0),
    work: before.work + (isAccepted ? expectedMacs(entry.target, entry.shape) : 0n),
    lastAt: entry.time,
  };
  return at === -1 ? [...owners, after] : owners.with(at, after);
}

function newOwner(network: string | null, wallet: string | null): OwnerSums {
  return { network, wallet, byResult: countResults(() => 0), blocks: 0, work: 0n, lastAt: null };
}

/** What tells one file of the ledger from another: a digest of its beginning, or null for one that is not there. */
export async function fileMark(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    await file.close();
  }
}
