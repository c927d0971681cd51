// How long a share or a block takes at a measured rate: mining is a lottery, so this is a mean, and its spread is as large
// as the mean itself. Pure.

/** 2^256, the number of values a ticket's hash has. */
const HASHES = 1n << 256n;

/**
 * Mean seconds to a win at this rate: `2^256 / target` multiply-accumulates for rank 128, twice that for each doubling of
 * the rank (protocol section 7). Infinite for a target of 0 or a rate of 0.
 */
export function expectedSeconds(target: bigint, macsPerSecond: number, rank: number): number {
  if (target <= 0n || macsPerSecond <= 0) return Number.POSITIVE_INFINITY;
  const work = Number(HASHES / target) * Math.max(1, rank / 128);
  return work / macsPerSecond;
}
