// Which measurements a command line asks for. Pure.
import { PearlError } from '../../base/errors.ts';

export interface Run {
  /** Null: the best kernel of this processor. */
  readonly kernel: string | null;
  readonly threads: number;
}

export interface BenchWish {
  readonly kernel: string | null;
  readonly allKernels: boolean;
  /** As typed: `1,2`. */
  readonly threads: string | null;
}

const MAX_THREADS = 1024;

/** Every kernel with every number of threads. Throws USAGE, KERNEL_UNKNOWN. */
export function planRuns(wish: BenchWish, kernels: readonly string[], usualThreads: number): Run[] {
  if (wish.kernel !== null && wish.allKernels) {
    throw new PearlError('USAGE', '--kernel and --all-kernels exclude each other.');
  }
  if (wish.kernel !== null && !kernels.includes(wish.kernel)) {
    throw new PearlError('KERNEL_UNKNOWN', `This processor has no kernel called ${wish.kernel}.`, {
      hint: `It has: ${kernels.join(', ')}.`,
    });
  }
  const counts = wish.threads === null ? [usualThreads] : wish.threads.split(',').map(threadCount);
  const chosen: (string | null)[] = wish.allKernels ? [...kernels] : [wish.kernel];
  return chosen.flatMap((kernel) => counts.map((threads) => ({ kernel, threads })));
}

function threadCount(text: string): number {
  const count = Number(text.trim());
  if (Number.isInteger(count) && count >= 1 && count <= MAX_THREADS) return count;
  throw new PearlError('USAGE', `--threads takes numbers from 1 to ${MAX_THREADS}, such as 1,2; not "${text}".`);
}
