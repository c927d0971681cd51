// The networks pearlctl knows, and what differs between them.

/** Every network, mainnet first; `devnet` is the chain that pearlctl embeds for trying and testing. */
export const NETWORKS = ['mainnet', 'testnet', 'testnet2', 'simnet', 'regtest', 'devnet'] as const;

export type Network = (typeof NETWORKS)[number];

export interface NetworkFacts {
  /** Human-readable prefix of an address, without the separating `1`. */
  hrp: string;
  /** Default port of the node's JSON-RPC; null where there is no node. */
  rpcPort: number | null;
  /** Whether the network lets noise ranks below 128 through (no rank penalty): unit-test networks only. */
  allowsSmallRank: boolean;
  /** Whether its coins are worth money: an address that cannot be spent from is refused there. */
  hasValue: boolean;
}

// Source: protocol section 1 (prefixes and ports) and section 7 (where ranks below 128 are taken).
const FACTS: Record<Network, NetworkFacts> = {
  mainnet: { hrp: 'prl', rpcPort: 44107, allowsSmallRank: false, hasValue: true },
  testnet: { hrp: 'tprl', rpcPort: 44109, allowsSmallRank: false, hasValue: false },
  testnet2: { hrp: 'tprl', rpcPort: 44111, allowsSmallRank: false, hasValue: false },
  simnet: { hrp: 'rprl', rpcPort: 18556, allowsSmallRank: true, hasValue: false },
  regtest: { hrp: 'rprl', rpcPort: 18334, allowsSmallRank: true, hasValue: false },
  devnet: { hrp: 'rprl', rpcPort: null, allowsSmallRank: false, hasValue: false },
};

export function networkFacts(network: Network): NetworkFacts {
  return FACTS[network];
}

/** The networks whose addresses begin with `hrp`, in the order of NETWORKS; empty for a prefix that is not Pearl's. */
export function networksWithPrefix(hrp: string): Network[] {
  return NETWORKS.filter((network) => FACTS[network].hrp === hrp);
}
