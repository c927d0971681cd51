// Whether a node that answers is on our chain and at its end. The node sets `headers` equal to `blocks` always, so that its
// counts say nothing: its refusal of a template does, its peers, and how old its newest blocks are. Pure.
import type { Network } from '../../protocol/networks.ts';
import { formatAge } from '../../state/status/format.ts';
import type { NodeState } from './node-rpc.ts';

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

/** Why a node cannot be mined on yet, in words without a full stop, or null for one that can. */
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
