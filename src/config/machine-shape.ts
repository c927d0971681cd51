// The shape that this machine mines where the preset is `auto`. Pure.
import type { Native } from '../native/native.ts';
import { PRESETS } from '../protocol/shapes.ts';
import type { Config } from './typed-config.ts';

/** From so many cores on an attempt of `light` is over too soon: its last parts leave most of the threads with little. */
const MANY_CORES = 32;

/** `large` for AMX, whose sums are put aside less often with a longer k, and for many cores; `light` for everything else. */
export function machineShape(
  shape: Config['shape'],
  core: Pick<Native, 'cpuFeatures' | 'physicalCores'>,
): Config['shape'] {
  if (shape.preset !== 'auto') return shape;
  const isLarge = core.cpuFeatures().kernels.includes('amx') || core.physicalCores() >= MANY_CORES;
  const preset = isLarge ? 'large' : 'light';
  return { ...PRESETS[preset], preset };
}
