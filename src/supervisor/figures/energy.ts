// What the present draw of the machine comes to in a day and for a share, and beside it what the accepted shares were worth. Pure.
import { priceOf } from '../../miner/power/energy-cost.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import { rounded } from './expected-work.ts';

export interface Draw {
  readonly watts: number | null;
  /** Mean seconds to a share of the present job. */
  readonly shareSeconds: number | null;
  /** Of a kilowatt hour. */
  readonly price: number | null;
  readonly expectation: Pick<NonNullable<Stats['expectation']>, 'prlPerDay'> | null;
  readonly macsPerSecond: number;
  readonly impliedRate: Stats['impliedRate'];
}

/** Null where nothing tells what the machine draws: an estimate would be taken for a measurement. */
export function energyOf({ watts, shareSeconds, price, ...mined }: Draw): Stats['energy'] {
  if (watts === null) return null;
  const kilowattHoursPerDay = (watts * 24) / 1000;
  const { kilowattHoursPerShare, costPerDay } = priceOf({ kilowattHoursPerDay }, shareSeconds, price);
  return {
    kilowattHoursPerDay: rounded(kilowattHoursPerDay),
    kilowattHoursPerShare: rounded(kilowattHoursPerShare),
    costPerDay: rounded(costPerDay),
    sharesPrlPerDay: worthOfShares(mined),
  };
}

/** What the present rate is worth, at the rate that the accepted shares stand for. */
function worthOfShares({
  expectation,
  macsPerSecond,
  impliedRate,
}: Pick<Draw, 'expectation' | 'macsPerSecond' | 'impliedRate'>): number | null {
  const prlPerDay = expectation?.prlPerDay ?? null;
  if (prlPerDay === null || impliedRate === null || macsPerSecond <= 0) return null;
  return rounded((prlPerDay * impliedRate.macsPerSecond) / macsPerSecond);
}
