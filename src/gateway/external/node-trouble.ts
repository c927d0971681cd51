// What is wrong with a node that a look at it shows: one value for the state, the log and the doctor. Pure.
import type { Network } from '../../protocol/networks.ts';
import { outdatedReason } from '../../protocol/work.ts';
import type { NodeAnswer, NodeFailure, NodeState } from './node-rpc.ts';
import { otherNetwork, syncTrouble } from './node-sync.ts';

/** Why a node is not mined on, or null where it is. */
export interface NodeTrouble {
  /** Tells two troubles apart whose words differ in figures only, and how each is mended. */
  readonly kind:
    | Exclude<NodeFailure['kind'], 'absent'>
    | 'other-network'
    | 'outdated-rules'
    | 'behind'
    | 'address'
    | 'port'
    | 'settings';
  readonly phase: 'backing-off' | 'refused' | 'outdated-rules';
  /** In words, without a full stop. */
  readonly reason: string;
}

export function nodeTrouble(node: NodeAnswer<NodeState>, network: Network, nowMs: number): NodeTrouble | null {
  if (!node.ok) {
    const { kind, reason } = node;
    return kind === 'absent' ? null : { kind, phase: kind === 'unreachable' ? 'backing-off' : 'refused', reason };
  }
  const { chain, readiness, certVersion } = node.value;
  const other = otherNetwork(chain, network);
  if (other !== null) {
    const reason = `the node is on ${other}, the configuration says ${network}`;
    return { kind: 'other-network', phase: 'refused', reason };
  }
  const outdated = certVersion === null ? null : outdatedReason(certVersion);
  if (outdated !== null) return { kind: 'outdated-rules', phase: 'outdated-rules', reason: outdated };
  const unsynced = syncTrouble(node.value, network, nowMs);
  if (unsynced === null) return null;
  return { kind: readiness === 'ready' ? 'behind' : readiness, phase: 'backing-off', reason: unsynced };
}
