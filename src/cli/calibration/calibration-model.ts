// The `--json` document of a calibration; keys are only ever added.

import type { Calibrated } from '../../miner/calibration/calibration-session.ts';
import type { Prospects } from './prospects.ts';

export function calibrationModel(found: Calibrated, prospects: Prospects | null): Record<string, unknown> {
  const { choice, macsPerSecond, spread, power } = found;
  const { kernel, threads, blockRows, shape } = choice;
  const { m, n, k, rank } = shape;
  const expected = prospects?.kind === 'times' ? prospects.times : null;
  const cost = power.source === null ? null : power;
  return { kernel, threads, blockRows, shape: { m, n, k, rank }, macsPerSecond, spread, expected, power: cost };
}
