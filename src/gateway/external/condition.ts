// How a foreign gateway stands, in words: put together from its log, the node and what is under way. Pure.
import type { UpstreamState } from '../upstream.ts';
import { TROUBLES, type Trouble } from './foreign-log-line.ts';
import type { ChainInfo, NodeAnswer } from './node-rpc.ts';

export interface Observations {
  /** The last trouble in its log since it last was well, or null. */
  readonly trouble: Trouble | null;
  /** The node's last answer; null where it is not asked. */
  readonly node: NodeAnswer<ChainInfo> | null;
  readonly nodeUrl: string | null;
  /** The network of the configuration. */
  readonly network: string;
  /** Seconds since the oldest proof under way was sent, or null without one. */
  readonly provingSeconds: number | null;
}

/** Names that nodes print for networks, to tell a node of another network from one with a name of its own. */
const CHAINS: readonly string[] = ['mainnet', 'testnet', 'testnet2', 'simnet', 'regtest'];

/** Blocks that a node may be behind while it still counts as synced: the newest may be on its way. */
const SYNCED_WITHIN = 2;

/** The node comes first: without it the gateway goes on serving an old job for ever, without an error. */
export function conditionOf(seen: Observations): UpstreamState {
  const url = seen.nodeUrl;
  const { node } = seen;
  if (node !== null && !node.ok && node.kind !== 'absent') {
    const passing = node.kind === 'unreachable';
    return { phase: passing ? 'backing-off' : 'refused', url, reason: node.reason };
  }
  if (node?.ok) {
    const { chain, blocks, headers } = node.value;
    if (CHAINS.includes(chain) && chain !== seen.network) {
      return { phase: 'refused', url, reason: `the node is on ${chain}, the configuration says ${seen.network}` };
    }
    if (headers !== undefined && headers - blocks > SYNCED_WITHIN) {
      return { phase: 'connecting', url, reason: `the node is syncing: block ${blocks} of ${headers}` };
    }
  }
  if (seen.trouble !== null) {
    const { text, refused } = TROUBLES[seen.trouble];
    return { phase: refused ? 'refused' : 'backing-off', url, reason: text };
  }
  const proving = seen.provingSeconds;
  const reason = proving === null ? null : `making the certificate of a block, for ${Math.round(proving)} s so far`;
  return { phase: 'ready', url, reason };
}
