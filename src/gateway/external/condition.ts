// How a foreign gateway stands, in words: put together from its log, the node and what is under way. Pure.
import type { Network } from '../../protocol/networks.ts';
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

/** The node comes first: without it the gateway goes on serving an old job for ever, without an error. */
export function conditionOf(seen: Observations): UpstreamState {
  const url = seen.nodeUrl;
  const { node } = seen;
  if (node !== null && !node.ok && node.kind !== 'absent') {
    const passing = node.kind === 'unreachable';
    return { phase: passing ? 'backing-off' : 'refused', url, reason: node.reason };
  }
  if (node?.ok) {
    const other = otherNetwork(node.value.chain, seen.network);
    if (other !== null) {
      return { phase: 'refused', url, reason: `the node is on ${other}, the configuration says ${seen.network}` };
    }
    const unsynced = syncTrouble(node.value, seen.network, seen.nowMs);
    if (unsynced !== null) return { phase: 'backing-off', url, reason: unsynced };
  }
  if (seen.trouble !== null) {
    const { text, refused } = TROUBLES[seen.trouble];
    return { phase: refused ? 'refused' : 'backing-off', url, reason: text };
  }
  const proving = seen.provingSeconds;
  const reason = proving === null ? null : `making the certificate of a block, for ${Math.round(proving)} s so far`;
  return { phase: 'ready', url, reason };
}
