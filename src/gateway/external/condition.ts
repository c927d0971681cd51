// How a foreign gateway stands, in words: put together from its log, the node and what is under way. Pure.
import type { Fix } from '../../base/fix.ts';
import type { Network } from '../../protocol/networks.ts';
import type { UpstreamState } from '../upstream.ts';
import { TROUBLES, type Trouble } from './foreign-log-line.ts';
import type { NodeAnswer, NodeState } from './node-rpc.ts';
import { type NodeTrouble, nodeTrouble } from './node-trouble.ts';

export interface Observations {
  /** The last trouble in its log since it last was well, or null. */
  readonly trouble: Trouble | null;
  /** The node's last answer; null where it is not asked. */
  readonly node: NodeAnswer<NodeState> | null;
  readonly nodeUrl: string | null;
  readonly network: Network;
  /** Seconds since the oldest proof under way was sent, or null without one. */
  readonly provingSeconds: number | null;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** What to do about a trouble, where that is known. */
  readonly fixOf: (kind: NodeTrouble['kind']) => Fix | undefined;
}

function fixed({ fixOf }: Observations, kind: NodeTrouble['kind']): { fix?: Fix } {
  const fix = fixOf(kind);
  return fix === undefined ? {} : { fix };
}

/** The node comes first: without it the gateway goes on serving an old job for ever, without an error. */
export function conditionOf(seen: Observations): UpstreamState {
  const url = seen.nodeUrl;
  const trouble = seen.node === null ? null : nodeTrouble(seen.node, seen.network, seen.nowMs);
  if (trouble !== null) return { phase: trouble.phase, url, reason: trouble.reason, ...fixed(seen, trouble.kind) };
  if (seen.trouble !== null) {
    const { text, refused, kind } = TROUBLES[seen.trouble];
    return { phase: refused ? 'refused' : 'backing-off', url, reason: text, ...fixed(seen, kind) };
  }
  const proving = seen.provingSeconds;
  const reason = proving === null ? null : `making the certificate of a block, for ${Math.round(proving)} s so far`;
  return { phase: 'ready', url, reason };
}
