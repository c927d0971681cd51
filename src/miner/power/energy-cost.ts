// What mining costs in energy, from what the machine drew before and during it. Pure.

export interface PowerCost {
  readonly source: 'processor' | 'battery';
  /** While nothing was mined, and while it was. */
  readonly idleWatts: number;
  readonly miningWatts: number;
  /** What mining adds, never below 0. */
  readonly addedWatts: number;
  /** Of a whole day of mining, for what it adds. */
  readonly kilowattHoursPerDay: number;
}

export function costOf(source: PowerCost['source'], idleWatts: number, miningWatts: number): PowerCost {
  const addedWatts = Math.max(0, miningWatts - idleWatts);
  return { source, idleWatts, miningWatts, addedWatts, kilowattHoursPerDay: (addedWatts * 24) / 1000 };
}

const WHOSE = { processor: 'The processor', battery: 'The machine' } as const;

/** One sentence or two: what it draws, what of it mining adds, and what that is in a day. */
export function describeCost({ source, idleWatts, miningWatts, addedWatts, kilowattHoursPerDay }: PowerCost): string {
  const watts = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} W`;
  const day = `${kilowattHoursPerDay < 10 ? kilowattHoursPerDay.toFixed(2) : Math.round(kilowattHoursPerDay)} kWh`;
  return (
    `${WHOSE[source]} draws ${watts(miningWatts)} while mining, ${watts(idleWatts)} before: ` +
    `${watts(addedWatts)} more, ${day} in a day of it.`
  );
}

/** What a day and a share of mining cost, as far as it is known. */
export interface EnergyPrice {
  /** Null where no share can be expected. */
  readonly kilowattHoursPerShare: number | null;
  /** In the currency of the price; null without `[miner] power_price`. */
  readonly costPerDay: number | null;
}

export function priceOf(
  cost: Pick<PowerCost, 'kilowattHoursPerDay'>,
  shareSeconds: number | null,
  pricePerKilowattHour: number | null,
): EnergyPrice {
  const { kilowattHoursPerDay: perDay } = cost;
  return {
    kilowattHoursPerShare: shareSeconds === null ? null : (perDay * shareSeconds) / 86_400,
    costPerDay: pricePerKilowattHour === null ? null : perDay * pricePerKilowattHour,
  };
}
