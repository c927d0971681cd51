// What became of a proof that a foreign gateway took with `submitted`, which is all that it ever says: the node knows whether
// the block after the job's parent is the one that was mined. Pure, except that it asks the questions it is handed.
import { decodeHeader, rpcHash } from '../../protocol/header.ts';
import type { AwaitedBlock, LedgerEntry } from '../../state/ledger/entry.ts';
import type { Verdict } from '../upstream.ts';
import type { NodeBlock, NodeRpc } from './node-rpc.ts';

/** What a line of the ledger has of a proof whatever becomes of it. */
type MinedProof = Pick<LedgerEntry, 'job' | 'certVersion' | 'target' | 'shape' | 'proof' | 'origin'>;

/** A proof under way. */
export interface SentProof {
  readonly awaited: AwaitedBlock;
  readonly mined: MinedProof;
  /** Monotonic milliseconds. */
  readonly sentAtMs: number;
  /** The gateway that took it still runs, and may be making its certificate. */
  readonly isWithGateway: boolean;
  /** An earlier process noted it, and may have told its verdict. */
  readonly isRecalled: boolean;
  /** Its verdict in the ledger is *unknown*: what the chain says takes the place of that. */
  readonly isUnknown: boolean;
}

/** Proofs that are looked for at most: the queue of the newer gateway (reference behaviour, point 16). */
export const MAX_UNDER_WAY = 64;

/**
 * For how long the node is asked. While its chain has not moved past the job's parent the block may still come: one
 * certificate took 173 s beside another (reference behaviour, point 18), and no limit of minutes is long enough.
 */
export const SETTLEMENT_LIMIT_MS = 24 * 3_600_000;

/** For how long the silence of a gateway counts as proving: five times the longest certificate seen. */
export const PROVING_LIMIT_MS = 15 * 60_000;

export type NodeVerdict = Pick<Verdict, 'result' | 'reason' | 'block'> & { readonly height: number | null };

/** The node's word on a proof, or null while it has none. A foreign gateway proves blocks only, so accepted means a block. */
export async function askNode(
  node: Pick<NodeRpc, 'block' | 'blockHash'>,
  proof: SentProof,
): Promise<NodeVerdict | null> {
  const { prevBlock } = decodeHeader(Buffer.from(proof.awaited.header, 'hex'));
  const parent = await node.block(rpcHash(prevBlock));
  if (!parent.ok) return null;
  const height = parent.value.height + 1;
  const next = await node.blockHash(height);
  if (!next.ok) return null;
  const block = await node.block(next.value);
  if (!block.ok) return null;
  return isOurs(block.value, proof.awaited)
    ? { result: 'accepted', reason: null, block: true, height }
    : { result: 'stale', reason: 'another block took its place', block: false, height };
}

/**
 * The merkle root alone does not tell: the reference coinbase has no extra nonce, and all machines of one wallet have the
 * same. Only a node that does not print the commitment is taken at the header's word.
 */
function isOurs({ merkleroot, time, proofcommitment }: NodeBlock, { header, commitment }: AwaitedBlock): boolean {
  const ours = decodeHeader(Buffer.from(header, 'hex'));
  if (merkleroot !== rpcHash(ours.merkleRoot) || time !== ours.timestamp) return false;
  return proofcommitment === undefined || proofcommitment === commitment;
}

/** Why a proof is unknown for now. */
const UNSETTLED = {
  late: 'the node had no block of it within a day',
  many: 'too many later proofs wait for the word of the node',
  'no-node': 'the gateway says only that it was submitted, and no node is configured to ask',
} as const;

/** The verdict of a proof that is waited for no longer. */
export function unsettled(why: keyof typeof UNSETTLED): NodeVerdict {
  return { result: 'unknown', reason: UNSETTLED[why], block: false, height: null };
}

/** A proof under way of which there is a note, which tells what it was mined for: the configuration may be another one now. */
export function notedProof(
  awaited: AwaitedBlock,
  { job, certVersion, target, shape, proof, time, origin }: LedgerEntry,
  { isWithGateway = false, isRecalled = false, isUnknown = false },
): SentProof {
  const sentAtMs = performance.now() - Math.max(0, Date.now() - Date.parse(time));
  const mined = { job, certVersion, target, shape, proof, ...(origin === undefined ? {} : { origin }) };
  return { awaited, mined, sentAtMs, isWithGateway, isRecalled, isUnknown };
}

/** The line of the ledger for a verdict of now. */
export function entryOf({ awaited, mined, sentAtMs, isUnknown }: SentProof, settled: NodeVerdict): LedgerEntry {
  return {
    ...mined,
    time: new Date().toISOString(),
    latencyMs: performance.now() - sentAtMs,
    ...settled,
    ...(settled.result === 'unknown' ? { awaited } : {}),
    ...(isUnknown ? { corrects: 'unknown' } : {}),
  };
}
