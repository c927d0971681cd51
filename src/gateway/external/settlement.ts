// What became of a proof that a foreign gateway took with `submitted`, which is all that it ever says: the node knows whether
// the block after the job's parent is the one that was mined. Pure, except that it asks the questions it is handed.
import { decodeHeader, rpcHash } from '../../protocol/header.ts';
import type { AwaitedBlock, LedgerEntry } from '../../state/ledger/entry.ts';
import type { Verdict } from '../upstream.ts';
import type { NodeBlock, NodeRpc } from './node-rpc.ts';

/** A proof under way. */
export interface SentProof {
  /** Its job's 76 bytes. */
  readonly header: Buffer;
  readonly certVersion: number;
  readonly target: bigint;
  /** First 16 hex digits of the serialised proof's SHA-256. */
  readonly digest: string;
  /** The `proofcommitment` of its block, as RPC prints it. */
  readonly commitment: string;
  /** Monotonic milliseconds. */
  readonly sentAtMs: number;
  /** What is known of it from a note: of an earlier companion, or of a miner that did not hear the answer. */
  readonly note: LedgerEntry | null;
  /** The gateway that took it still runs, and may be making its certificate. */
  readonly isWithGateway: boolean;
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

export type Settled = Pick<Verdict, 'result' | 'reason' | 'block'> & { readonly height: number | null };

/** The node's word on a proof, or null while it has none. A foreign gateway proves blocks only, so accepted means a block. */
export async function askNode(node: Pick<NodeRpc, 'block' | 'blockHash'>, proof: SentProof): Promise<Settled | null> {
  const parent = await node.block(rpcHash(decodeHeader(proof.header).prevBlock));
  if (!parent.ok) return null;
  const height = parent.value.height + 1;
  const next = await node.blockHash(height);
  if (!next.ok) return null;
  const block = await node.block(next.value);
  if (!block.ok) return null;
  return isOurs(block.value, proof)
    ? { result: 'accepted', reason: null, block: true, height }
    : { result: 'stale', reason: 'another block took its place', block: false, height };
}

/**
 * The merkle root alone does not tell: the reference coinbase has no extra nonce, and all machines of one wallet have the
 * same. Only a node that does not print the commitment is taken at the header's word.
 */
function isOurs({ merkleroot, time, proofcommitment }: NodeBlock, { header, commitment }: SentProof): boolean {
  const ours = decodeHeader(header);
  if (merkleroot !== rpcHash(ours.merkleRoot) || time !== ours.timestamp) return false;
  return proofcommitment === undefined || proofcommitment === commitment;
}

/** The verdict of a proof of which nothing more will be learnt. */
export function unsettled(nodeIsAsked: boolean): Settled {
  const reason = nodeIsAsked
    ? 'the node had no block of it within a day'
    : 'the gateway says only that it was submitted, and no node is configured to ask';
  return { result: 'unknown', reason, block: false, height: null };
}

/** A proof under way of which there is a note. */
export function notedProof({ header, commitment }: AwaitedBlock, note: LedgerEntry, isWithGateway: boolean): SentProof {
  return {
    header: Buffer.from(header, 'hex'),
    commitment,
    certVersion: note.certVersion,
    target: note.target,
    digest: note.proof,
    sentAtMs: performance.now() - Math.max(0, Date.now() - Date.parse(note.time)),
    note,
    isWithGateway,
  };
}
