// A native measurement as TypeScript sees it: its errors with codes of ours.
import { messageOf, PearlError } from '../base/errors.ts';
import { coded } from './coded.ts';
import type { Addon, BenchOptions, NativeBench } from './interface.ts';

/** The measurement, under way. Throws KERNEL_UNKNOWN or SHAPE_INVALID. */
export function startBench(Bench: Addon['Bench'], options: BenchOptions): NativeBench {
  const raw = coded(options.kernel === undefined ? 'SHAPE_INVALID' : 'KERNEL_UNKNOWN', () => new Bench(options));
  const done = raw.run().catch((cause: unknown) => {
    const message = messageOf(cause);
    throw new PearlError('JOB_UNUSABLE', message, { cause, hint: 'Give it more memory, or a smaller shape.' });
  });
  return { done, cancel: () => raw.cancel() };
}
