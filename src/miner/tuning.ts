// Kernel, threads and block size of this miner: what the environment or the configuration says, then what `calibrate`
// found on this machine, then the core's own choice. Pure.
import type { Threads } from '../config/values.ts';
import type { Native } from '../native/native.ts';
import type { CalibrationRecord } from './calibration/calibration-record.ts';
import { dutyWithin } from './quota.ts';

export interface Tuning {
  readonly threads: number;
  /** Of what the duty says: a share of less than a core, or a quota that is less than the threads could use. */
  readonly shareOfDutyPercent: number;
  readonly kernel?: string;
  readonly blockRows?: number;
}

export interface TuningFacts {
  readonly threads: Threads;
  readonly calibration: CalibrationRecord | null;
  readonly core: Pick<Native, 'physicalCores' | 'cpuFeatures'>;
  /** The variable PEARLCTL_KERNEL: an unknown one is for the core to refuse, not for us to drop. */
  readonly forcedKernel?: string | undefined;
  /** Processors' worth of time that the control groups allow; null without a quota. */
  readonly quota?: number | null;
}

export function tuningOf({ threads, calibration, core, forcedKernel, quota = null }: TuningFacts): Tuning {
  const kernel = forcedKernel || calibratedKernel(calibration, core);
  const cores = Math.min(core.physicalCores(), quota ?? Number.POSITIVE_INFINITY);
  const wanted = threads.kind === 'percent' ? (cores * threads.percent) / 100 : null;
  const count = threadCount(threads, calibration, core, cores);
  const within = dutyWithin(quota, count);
  return {
    threads: count,
    shareOfDutyPercent:
      wanted === null || wanted >= 1 ? within : Math.min(within, Math.max(1, Math.round(100 * wanted))),
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
  shareOf: number,
): number {
  switch (threads.kind) {
    case 'count':
      return threads.count;
    case 'percent':
      return Math.max(1, Math.round((shareOf * threads.percent) / 100));
    case 'auto': {
      const cores = core.physicalCores();
      // The record may be from before a quota was set, or the machine got cores: as many a core as were fastest then.
      const each = calibration === null ? 1 : calibration.threads / (calibration.cores ?? cores);
      return Math.max(1, Math.min(Math.round(each * cores), 2 * cores));
    }
  }
}

/** What to say when the machine is not the one that was calibrated, or null. */
export function calibrationGap({ calibration, core }: Pick<TuningFacts, 'calibration' | 'core'>): string | null {
  const cores = core.physicalCores();
  if (calibration?.cores === undefined || calibration.cores === cores) return null;
  return `the calibration saw ${calibration.cores} cores, and there are ${cores} now: pearlctl calibrate measures them again`;
}
