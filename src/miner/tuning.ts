// Kernel, threads and block size of this miner: what the environment or the configuration says, then what `calibrate`
// found on this machine, then the core's own choice. Pure.

import type { Threads } from '../config/values.ts';
import type { Native } from '../native/native.ts';
import type { CalibrationRecord } from './calibration/calibration-record.ts';

export interface Tuning {
  readonly threads: number;
  readonly kernel?: string;
  readonly blockRows?: number;
}

/** `forcedKernel` is the variable PEARLCTL_KERNEL: an unknown one is for the core to refuse, not for us to drop. */
export function tuningOf(
  threads: Threads,
  calibration: CalibrationRecord | null,
  core: Pick<Native, 'physicalCores' | 'cpuFeatures'>,
  forcedKernel: string | undefined,
): Tuning {
  const kernel = forcedKernel || calibratedKernel(calibration, core);
  return {
    threads: threadCount(threads, calibration, core),
    ...(kernel ? { kernel } : {}),
    // A block size belongs to the kernel that it was measured with.
    ...(calibration !== null && kernel === calibration.kernel ? { blockRows: calibration.block_rows } : {}),
  };
}

/** The calibrated kernel, unless this processor (a container moved, a virtual machine changed) has it no more. */
function calibratedKernel(calibration: CalibrationRecord | null, core: Pick<Native, 'cpuFeatures'>): string | null {
  if (calibration === null) return null;
  return core.cpuFeatures().kernels.includes(calibration.kernel) ? calibration.kernel : null;
}

function threadCount(
  threads: Threads,
  calibration: CalibrationRecord | null,
  core: Pick<Native, 'physicalCores'>,
): number {
  const cores = core.physicalCores();
  switch (threads.kind) {
    case 'auto':
      // Never more than twice the cores that are ours now: the record may be from before a quota was set.
      return Math.min(calibration?.threads ?? cores, 2 * cores);
    case 'count':
      return threads.count;
    case 'percent':
      return Math.max(1, Math.round((cores * threads.percent) / 100));
  }
}
