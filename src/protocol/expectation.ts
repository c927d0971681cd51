// How much work a share or a block takes, and how long at a measured rate. Mining is a lottery: the times between wins are
// exponentially distributed, so a mean is told together with the range in which 19 of 20 fall. Pure.
import type { Shape } from './shapes.ts';

/** 2^256, the number of values a ticket's hash has. */
const HASHES = 1n << 256n;

/** The tile that a ticket is drawn for: its rows and columns, and the length and rank of its dot products. */
export interface Tile {
  readonly h: number;
  readonly w: number;
  readonly k: number;
  readonly rank: number;
}

/** What of a shape says what its tiles are worth. */
export type TiledShape = Pick<Shape, 'rows' | 'cols' | 'k' | 'rank'>;

/** The tile of a shape, by its patterns of rows and columns. */
export function tileOf({ rows, cols, k, rank }: TiledShape): Tile {
  return { h: rows.length, w: cols.length, k, rank };
}

/** Smaller ranks are for nodes without the rank penalty (protocol section 7). */
export const PENALISED_RANK = 128;

/**
 * Mean multiply-accumulates for one win: a tile costs `h·w·k` and wins with probability `bound / 2^256`, where
 * `bound = target · factor` saturates at 1 and `factor = h·w · ⌊k / rank⌋ · 128`, or `h·w · (k − k mod rank)` without the
 * rank penalty (protocol section 7). Zero for a target of 0, which nothing meets.
 */
export function expectedMacs(target: bigint, { h, w, k, rank }: Tile): bigint {
  if (target <= 0n || h < 1 || w < 1 || k < rank || rank < 1) return 0n;
  const dots = Math.floor(k / rank) * (rank >= PENALISED_RANK ? PENALISED_RANK : rank);
  const bound = target * BigInt(h) * BigInt(w) * BigInt(dots);
  const perTile = BigInt(h) * BigInt(w) * BigInt(k);
  return bound >= HASHES ? perTile : (HASHES * perTile) / bound;
}

/** Mean seconds to a win at this rate. Infinite for a target of 0 or a rate of 0. */
export function expectedSeconds(target: bigint, macsPerSecond: number, tile: Tile): number {
  const work = Number(expectedMacs(target, tile));
  return work === 0 || macsPerSecond <= 0 ? Number.POSITIVE_INFINITY : work / macsPerSecond;
}

/** Between these, 19 of 20 single waits end: the quantiles 0.025 and 0.975 of the exponential distribution. */
export function usualRange(meanSeconds: number): readonly [shortest: number, longest: number] {
  return [meanSeconds * -Math.log(0.975), meanSeconds * -Math.log(0.025)];
}

const DAY_SECONDS = 86_400;
/** Below this many a day, the normal distribution is no picture of the Poisson distribution. */
const COUNTABLE = 10;

/** How many a day, and how many more or fewer it may be on 19 days of 20; null where they are too few to be counted so. */
export function perDay(meanSeconds: number): { readonly mean: number; readonly deviation: number } | null {
  const mean = DAY_SECONDS / meanSeconds;
  return mean < COUNTABLE ? null : { mean, deviation: 1.96 * Math.sqrt(mean) };
}
