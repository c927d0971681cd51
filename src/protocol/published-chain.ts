// What was published of the main network, for estimates where neither a node nor a pool tells.
import type { Network } from './networks.ts';

/** Multiply-accumulates for a block, and what it pays. */
export interface ChainFacts {
  readonly blockMacs: number;
  readonly rewardPrl: number;
  /** What these are of. */
  readonly date: string;
}

/** 46 EMAC/s on 2 October 2026 at a block in 194 s; about 2135 PRL a block at the end of November 2026. */
export const PUBLISHED_CHAIN: ChainFacts = { blockMacs: 46e18 * 194, rewardPrl: 2135, date: '2026-10-02' };

/** The chain of a network whose coins are worth something, or null. */
export function chainOf(network: Network): ChainFacts | null {
  return network === 'mainnet' ? PUBLISHED_CHAIN : null;
}
