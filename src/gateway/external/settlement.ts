// What became of a proof that a foreign gateway took with `submitted`, which is all that it ever says: the node knows whether
// the block after the job's parent is the one that was mined. Pure, except that it asks the questions it is handed.
import { rpcHash } from '../../protocol/header.ts';
import type { Verdict } from '../upstream.ts';
import type { NodeRpc } from './node-rpc.ts';

/** A proof under way. */
export interface SentProof {
  /** Its job's 76 bytes. */
  readonly header: Buffer;
  readonly certVersion: number;
  readonly target: bigint;
  /** First 16 hex digits of the serialised proof's SHA-256. */
  readonly digest: string;
  /** Monotonic milliseconds. */
  readonly sentAtMs: number;
}

/**
 * How long a proof may take to become a block: the longest seen was 59 s, twice that under load (reference behaviour,
 * figures and point 9).
 */
export const SETTLEMENT_LIMIT_MS = 180_000;

export type Settled = Pick<Verdict, 'result' | 'reason' | 'block'> & { readonly height: number | null };

/** The node's word on a proof, or null while it has none. A foreign gateway proves blocks only, so accepted means a block. */
export async function askNode(node: Pick<NodeRpc, 'block' | 'blockHash'>, proof: SentProof): Promise<Settled | null> {
  const parent = await node.block(rpcHash(proof.header.subarray(4, 36)));
  if (!parent.ok) return null;
  const height = parent.value.height + 1;
  const next = await node.blockHash(height);
  if (!next.ok) return null;
  const block = await node.block(next.value);
  if (!block.ok) return null;
  return block.value.merkleroot === rpcHash(proof.header.subarray(36, 68))
    ? { result: 'accepted', reason: null, block: true, height }
    : { result: 'stale', reason: 'another block took its place', block: false, height };
}

/** The verdict of a proof of which nothing more will be learnt. */
export function unsettled(nodeIsAsked: boolean): Settled {
  const reason = nodeIsAsked
    ? 'the node did not take a block of it in time'
    : 'the gateway says only that it was submitted, and no node is configured to ask';
  return { result: 'unknown', reason, block: false, height: null };
}
