// Whether the books agree: what the upstream has of a proof against what the ledger has. Each difference is a share that
// no line accounts for.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestNode } from '../gateway/external/test-node.ts';
import type { TestPool } from '../pool/test-pool.ts';

/** Blocks that are in the devnet's chain and not in the ledger, or in the ledger and not in the chain. */
export function devnetDifference(home: string): number {
  const chain = chainHeights(join(home, 'state', 'devnet', 'headers.bin'));
  const told = ledgerLines(home).filter(({ result, block }) => result === 'accepted' && block === true);
  return difference(chain, heights([...told, ...noted(home)])) + difference(heights(told), chain);
}

/** Proofs that the pool was given and that are not in the ledger, or that the ledger calls accepted and the pool never saw. */
export function poolDifference(home: string, pool: TestPool): number {
  const given = new Set(pool.submits.map(({ params }) => digest(Buffer.from(params.plain_proof, 'base64'))));
  const lines = ledgerLines(home);
  const known = new Set([...lines, ...noted(home)].map(({ proof }) => proof));
  const accepted = new Set(lines.filter(({ result }) => result === 'accepted').map(({ proof }) => proof));
  return difference(given, known) + difference(accepted, given);
}

/**
 * Blocks that the node was handed beyond what the ledger has lines of. The node's gateway tells no fate of a proof, so that a
 * line may be `unknown` and without a height: what is counted is that there is one.
 */
export function nodeDifference(home: string, node: TestNode): number {
  return Math.max(0, node.handed - ledgerLines(home).length - noted(home).length);
}

function heights(lines: readonly LedgerLine[]): Set<bigint> {
  return new Set(lines.flatMap(({ height }) => (typeof height === 'number' ? [BigInt(height)] : [])));
}

function difference<T>(these: ReadonlySet<T>, those: ReadonlySet<T>): number {
  return [...these].filter((one) => !those.has(one)).length;
}

/** As the ledger names a proof (src/state/ledger/entry.ts). */
function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** Heights in the chain's file: records of 128 bytes, the height first (src/gateway/devnet/block-record.ts). */
function chainHeights(file: string): Set<bigint> {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const records = Array.from({ length: Math.floor(bytes.length / 128) }, (_, index) => index * 128);
  return new Set(records.map((offset) => bytes.readBigUInt64LE(offset)));
}

interface LedgerLine {
  proof: string;
  result: string;
  block: boolean;
  height: number | null;
}

function ledgerLines(home: string): LedgerLine[] {
  return linesOf(home, /^shares(\.\d+)?\.jsonl$/);
}

/** Proofs of a process that was killed, which the next start settles (src/gateway/ledger/pending.ts). */
function noted(home: string): LedgerLine[] {
  return linesOf(home, /^shares\.pending\.jsonl$/);
}

function linesOf(home: string, names: RegExp): LedgerLine[] {
  const folder = join(home, 'state');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => names.test(name)) : [];
  return files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .flatMap((line) => {
        try {
          return [JSON.parse(line)];
        } catch {
          // The empty text behind the last line, and a line that a kill tore: it was never told.
          return [];
        }
      }),
  );
}
