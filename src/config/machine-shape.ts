// The shape that this machine mines where the preset is `auto`. Pure.
import type { Native } from '../native/native.ts';
import { PRESETS } from '../protocol/shapes.ts';
import type { Config } from './typed-config.ts';

/** From so many cores on an attempt of `light` is over too soon: its last parts leave most of the threads with little. */
const MANY_CORES = 32;
/** The same with AMX, a core of which does as much as six others. */
const MANY_AMX_CORES = 6;

/** `large` for many cores, `light` for fewer, which it suits better: less of A' has to lie in a core's cache. */
export function machineShape(
  shape: Config['shape'],
  core: Pick<Native, 'cpuFeatures' | 'physicalCores'>,
): Config['shape'] {
  if (shape.preset !== 'auto') return shape;
  const many = core.cpuFeatures().kernels.includes('amx') ? MANY_AMX_CORES : MANY_CORES;
  const preset = core.physicalCores() >= many ? 'large' : 'light';
  return { ...PRESETS[preset], preset };
}
