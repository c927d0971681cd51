// The rate that accepted shares imply, with its error bar, to hold against the measured one. Pure.
//
// Winning is a Poisson process of the work done, so the sum of what each share takes on average (`expectedMacs`) estimates
// the work, without bias also where targets change. The interval is the exact one for a Poisson count (Garwood 1936) in its
// form for unequal weights (Fay and Feuer 1997, Statistics in Medicine 16:791-801); with equal weights both are the same.
import type { Stats } from '../../state/stats/stats-record.ts';

/** Accepted shares within a stretch of time, as sums. */
export interface ShareSums {
  readonly shares: number;
  /** Multiply-accumulates that they take on average: their sum, the sum of the squares, and the largest. */
  readonly work: number;
  readonly workSquared: number;
  readonly largestWork: number;
  readonly seconds: number;
  /** What the miner counted in the same time. */
  readonly measuredMacs: number;
}

export type ImpliedRate = NonNullable<Stats['impliedRate']>;

/** Fewer tell nothing: of ten, the interval already reaches from half to almost twice the rate. */
const FEWEST_SHARES = 10;
/** The standard normal's quantile of 0.975. */
const Z_975 = 1.959963984540054;

/** Null while there are too few shares to say anything. */
export function impliedRate(sums: ShareSums): ImpliedRate | null {
  const { shares, work, workSquared, largestWork, seconds, measuredMacs } = sums;
  if (shares < FEWEST_SHARES || seconds <= 0 || work <= 0) return null;
  const low = chiSquared((2 * work ** 2) / workSquared, -Z_975) * (workSquared / (2 * work));
  const oneMore = { work: work + largestWork, workSquared: workSquared + largestWork ** 2 };
  const high =
    chiSquared((2 * oneMore.work ** 2) / oneMore.workSquared, Z_975) * (oneMore.workSquared / (2 * oneMore.work));
  return {
    shares,
    windowSeconds: Math.round(seconds),
    macsPerSecond: Math.round(work / seconds),
    lowMacsPerSecond: Math.round(low / seconds),
    highMacsPerSecond: Math.round(high / seconds),
    measuredMacsPerSecond: Math.round(measuredMacs / seconds),
  };
}

/**
 * A quantile of the chi-squared distribution, by the normal's quantile `z`: Wilson and Hilferty 1931, right to half a
 * percent from twenty degrees of freedom on, which ten shares have.
 */
function chiSquared(degrees: number, z: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * Math.max(0, 1 - spread + z * Math.sqrt(spread)) ** 3;
}
