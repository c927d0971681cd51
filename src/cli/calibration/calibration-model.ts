// The `--json` document of a calibration; keys are only ever added.
import type { Calibrated } from '../../miner/calibration/calibration-session.ts';
import { priceOf } from '../../miner/power/energy-cost.ts';
import { shareSecondsOf } from './calibration-words.ts';
import type { Prospects } from './prospects.ts';

/** @param price of a kilowatt hour, or null. */
export function calibrationModel(
  found: Calibrated,
  prospects: Prospects | null,
  price: number | null,
): Record<string, unknown> {
  const { choice, macsPerSecond, spread, power } = found;
  const { kernel, threads, blockRows, shape } = choice;
  const { m, n, k, rank } = shape;
  const expected = prospects?.kind === 'times' ? prospects.times : null;
  const cost = power.source === null ? null : { ...power, ...priceOf(power, shareSecondsOf(prospects), price) };
  return { kernel, threads, blockRows, shape: { m, n, k, rank }, macsPerSecond, spread, expected, power: cost };
}
