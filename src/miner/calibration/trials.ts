// Finding what is fastest on this machine: kernel, then threads, then rows per block, then columns, each step with the
// winners of those before. The measuring is the caller's, so that the decisions can be tested with numbers.
import type { BenchOptions, BenchResult } from '../../native/native.ts';
import type { Shape } from '../../protocol/shapes.ts';

export interface Candidates {
  /** Fastest first, as the core lists them. */
  readonly kernels: readonly string[];
  readonly threads: readonly number[];
  readonly blockRows: readonly number[];
  /** Numbers of columns to try, beside the shape's own. */
  readonly columns: readonly number[];
}

export interface Choice {
  readonly kernel: string;
  readonly threads: number;
  readonly blockRows: number;
  readonly shape: Shape;
  readonly macsPerSecond: number;
}

export type Trial = Pick<BenchOptions, 'kernel' | 'threads' | 'blockRows' | 'shape' | 'seconds'>;
/** Null: cancelled. */
export type MeasureTrial = (trial: Trial, label: string) => Promise<Pick<BenchResult, 'macsPerSecond'> | null>;

/** A later candidate must be this much faster: less is noise, and the earlier one is the simpler. */
const CLEARLY = 1.01;
/** Processor time of a trial. About ten of them stay within the 30 s that `calibrate` promises. */
const TRIAL_SECONDS = 1;

/** The candidates of a machine: the three fastest kernels, one thread a core up to all logical ones. */
export function candidatesFor(kernels: readonly string[], physicalCores: number, logicalCores: number): Candidates {
  const fast = kernels.filter((kernel) => kernel !== 'scalar').slice(0, 3);
  return {
    kernels: fast.length > 0 ? fast : kernels,
    threads: [...new Set([physicalCores, Math.max(physicalCores, logicalCores)])],
    blockRows: [128, 64, 256],
    columns: [24576],
  };
}

/** How many trials `calibrate` makes, for a progress bar. */
export function trialCount({ kernels, threads, blockRows, columns }: Candidates): number {
  return kernels.length + (threads.length - 1) + (blockRows.length - 1) + columns.length;
}

/** Runs the trials; null when one was cancelled. */
export async function calibrate(
  shape: Shape,
  candidates: Candidates,
  measureTrial: MeasureTrial,
): Promise<Choice | null> {
  const [threads = 1] = candidates.threads;
  const [blockRows = 128] = candidates.blockRows;
  let setting = { kernel: '', threads, blockRows, shape };
  let best: Choice | null = null;
  const attempt = async (change: Partial<typeof setting>, label: string): Promise<boolean> => {
    const trial = { ...setting, ...change };
    const result = await measureTrial({ ...trial, seconds: TRIAL_SECONDS }, label);
    if (result === null) return false;
    if (best === null || result.macsPerSecond > best.macsPerSecond * CLEARLY) {
      setting = trial;
      best = { ...trial, macsPerSecond: result.macsPerSecond };
    }
    return true;
  };
  for (const kernel of candidates.kernels) {
    if (!(await attempt({ kernel }, `kernel ${kernel}`))) return null;
  }
  for (const count of candidates.threads.slice(1)) {
    if (!(await attempt({ threads: count }, `${count} threads`))) return null;
  }
  for (const rows of candidates.blockRows.slice(1)) {
    if (!(await attempt({ blockRows: rows }, `${rows} rows a block`))) return null;
  }
  for (const n of candidates.columns.filter((columns) => columns !== shape.n)) {
    if (!(await attempt({ shape: { ...shape, n } }, `${n} columns`))) return null;
  }
  return best;
}
