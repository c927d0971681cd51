// What a block pays by the rules of the network, without the fees of its transactions. Source: the node's CalcBlockSubsidy
// (node/blockchain/validate.go): of the whole supply, `h / (h + C)` has been paid up to height h. Pure.

const SUPPLY_GRAINS = 2_100_000_000n * 100_000_000n;
/** Four years of blocks at 194 s. */
const EMISSION_BLOCKS = 650_226n;
const GRAINS_PER_PRL = 100_000_000;

/** In PRL, of the block at this height of the main network; the first block pays nothing. */
export function blockSubsidyPrl(height: number): number {
  if (height <= 0) return 0;
  const reached = BigInt(height) + EMISSION_BLOCKS;
  return Number((SUPPLY_GRAINS * EMISSION_BLOCKS) / (reached * (reached - 1n))) / GRAINS_PER_PRL;
}
