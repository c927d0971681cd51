// One share or block and what became of it, as a line of the ledger (`shares.jsonl`). Keys are only ever added.
import * as v from 'valibot';
import { parseJson } from '../../base/json-fields.ts';
import { VERDICTS, type VerdictResult } from '../../protocol/verdict.ts';

export interface LedgerEntry {
  /** ISO 8601, UTC: when the verdict came. */
  readonly time: string;
  /** The upstream's name of the job, else the first 16 hex digits of the header's SHA-256. */
  readonly job: string;
  readonly height: number | null;
  readonly certVersion: number;
  /** The share's base target; `2^256 / target` multiply-accumulates is what it was worth (rank 128). */
  readonly target: bigint;
  readonly shape: Readonly<v.InferOutput<typeof shape>>;
  /** First 16 hex digits of the serialised proof's SHA-256. */
  readonly proof: string;
  readonly result: VerdictResult;
  readonly reason: string | null;
  /** True when it also met the network's own target. */
  readonly block: boolean;
  readonly latencyMs: number;
  /** Left out in entries of earlier versions. */
  readonly origin?: LedgerOrigin;
  /** Of a note, and of an unknown verdict: by what the block of this proof is found on the node's chain later. */
  readonly awaited?: AwaitedBlock;
  /** The verdict that an earlier line has of this proof, and that this one takes the place of. */
  readonly corrects?: 'unknown';
}

/** What a share was mined for, and where it went. */
interface LedgerOrigin {
  readonly network: string;
  /** Shortened: `prl1p…last6`. */
  readonly wallet: string;
  /** The pool's address without parameters; null where there is no pool. */
  readonly pool: string | null;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(500));

/** `h` and `w`: rows and columns of the tile. */
const shape = v.object({ m: count, n: count, k: count, rank: count, h: count, w: count });
const awaited = v.object({
  /** The job's 76 bytes, in hex. */
  header: v.pipe(v.string(), v.regex(/^[0-9a-f]{152}$/)),
  /** The block's `proofcommitment`, as RPC prints it. */
  commitment: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
export type AwaitedBlock = Readonly<v.InferOutput<typeof awaited>>;

const line = v.object({
  time: v.pipe(v.string(), v.isoTimestamp()),
  job: text,
  height: v.nullable(count),
  cert_version: count,
  target: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  shape,
  proof: text,
  result: v.picklist(VERDICTS),
  reason: v.nullable(text),
  block: v.boolean(),
  latency_ms: v.pipe(v.number(), v.minValue(0)),
  network: v.optional(text),
  wallet: v.optional(text),
  pool: v.optional(v.nullable(text)),
  awaited: v.exactOptional(awaited),
  corrects: v.exactOptional(v.literal('unknown')),
});

/** One line, newline included. */
export function renderEntry(entry: LedgerEntry): string {
  const { certVersion, target, latencyMs, reason, origin, ...same } = entry;
  const record: v.InferInput<typeof line> = {
    ...same,
    reason: reason?.slice(0, 500) ?? null,
    cert_version: certVersion,
    target: target.toString(16).padStart(64, '0'),
    latency_ms: Math.round(latencyMs * 10) / 10,
    ...origin,
  };
  return `${JSON.stringify(record)}\n`;
}

/** The entry, or null for a line that is torn or foreign. */
export function parseEntry(bytes: Buffer): LedgerEntry | null {
  const parsed = v.safeParse(line, parseJson(bytes.toString()));
  if (!parsed.success) return null;
  const { cert_version: certVersion, target, latency_ms: latencyMs, network, wallet, pool, ...same } = parsed.output;
  const entry = { ...same, certVersion, target: BigInt(`0x${target}`), latencyMs };
  return network === undefined || wallet === undefined
    ? entry
    : { ...entry, origin: { network, wallet, pool: pool ?? null } };
}
