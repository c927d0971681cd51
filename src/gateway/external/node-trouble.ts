// What is wrong with a node that a look at it shows: one value for the state, the log and the doctor. Pure.
import type { Network } from '../../protocol/networks.ts';
import { outdatedReason } from '../../protocol/work.ts';
import { formatAge } from '../../state/status/format.ts';
import type { NodeAnswer, NodeFailure, NodeState } from './node-rpc.ts';

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

/**
 * How old the median time of the last eleven blocks may be: it is 20 minutes on average (a block in 194 s, protocol section
 * 1), and three hours, with 55 blocks on average, are not without their first five by chance.
 */
const STALE_CHAIN_SECONDS = 3 * 3600;

/** Nodes give templates there without peers, and nothing mines while a test does not. */
const LOCAL_NETWORKS: readonly string[] = ['simnet', 'regtest', 'devnet'] satisfies Network[];

/** Names that nodes print for networks, to tell a node of another network from one with a name of its own. */
const CHAINS: Readonly<Record<string, Network>> = {
  main: 'mainnet',
  test: 'testnet',
  mainnet: 'mainnet',
  testnet: 'testnet',
  testnet2: 'testnet2',
  simnet: 'simnet',
  regtest: 'regtest',
};

/** The network that the node is on, where that is another one than the configuration's; else null. */
export function otherNetwork(chain: string, network: Network): Network | null {
  const named = CHAINS[chain] ?? null;
  return named === network ? null : named;
}

/**
 * Why a node cannot be mined on yet, in words without a full stop, or null for one that can. It sets `headers` equal to `blocks`
 * always, so that its counts say nothing: its refusal of a template does, its peers, and how old its newest blocks are.
 */
export function syncTrouble(node: NodeState, network: Network, nowMs: number): string | null {
  const { blocks, mediantime, readiness, peers } = node;
  const seconds = mediantime === undefined ? 0 : nowMs / 1000 - mediantime;
  const isOld = !LOCAL_NETWORKS.includes(network) && seconds > STALE_CHAIN_SECONDS;
  const age = isOld ? `, its newest blocks are ${formatAge(seconds)} old` : '';
  if (readiness === 'no-peers') return `the node is not connected to any other, at block ${blocks}${age}`;
  if (readiness === 'downloading') return `the node is syncing, at block ${blocks}${age}`;
  if (!isOld) return null;
  return peers === 0
    ? `the node is not connected to any other, at block ${blocks}${age}`
    : `the node is behind, at block ${blocks}${age}`;
}
