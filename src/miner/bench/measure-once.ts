// One measurement of the native miner, ended early by a signal.
import type { BenchOptions, BenchResult, Native } from '../../native/native.ts';

/** Measures; null when `signal` was aborted. Throws KERNEL_UNKNOWN, SHAPE_INVALID, JOB_UNUSABLE. */
export async function measure(
  core: Pick<Native, 'startBench'>,
  options: BenchOptions,
  signal: AbortSignal,
): Promise<BenchResult | null> {
  if (signal.aborted) return null;
  const bench = core.startBench(options);
  const cancel = () => bench.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await bench.done;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
