// How a foreign gateway stands, in words: put together from its log, the node and what is under way. Pure.
import type { Network } from '../../protocol/networks.ts';
import { outdatedReason } from '../../protocol/work.ts';
import type { UpstreamState } from '../upstream.ts';
import { TROUBLES, type Trouble } from './foreign-log-line.ts';
import type { NodeAnswer, NodeState } from './node-rpc.ts';
import { otherNetwork, syncTrouble } from './node-sync.ts';

export interface Observations {
  /** The last trouble in its log since it last was well, or null. */
  readonly trouble: Trouble | null;
  /** The node's last answer; null where it is not asked. */
  readonly node: NodeAnswer<NodeState> | null;
  readonly nodeUrl: string | null;
  /** The network of the configuration. */
  readonly network: Network;
  /** Seconds since the oldest proof under way was sent, or null without one. */
  readonly provingSeconds: number | null;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** Why a node is not mined on, or null where it is. */
export interface NodeTrouble {
  /** Tells two troubles apart whose words differ in figures only. */
  readonly kind: string;
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

/** The node comes first: without it the gateway goes on serving an old job for ever, without an error. */
export function conditionOf(seen: Observations): UpstreamState {
  const url = seen.nodeUrl;
  const trouble = seen.node === null ? null : nodeTrouble(seen.node, seen.network, seen.nowMs);
  if (trouble !== null) return { phase: trouble.phase, url, reason: trouble.reason };
  if (seen.trouble !== null) {
    const { text, refused } = TROUBLES[seen.trouble];
    return { phase: refused ? 'refused' : 'backing-off', url, reason: text };
  }
  const proving = seen.provingSeconds;
  const reason = proving === null ? null : `making the certificate of a block, for ${Math.round(proving)} s so far`;
  return { phase: 'ready', url, reason };
}
