// A native measurement as TypeScript sees it: its errors with codes of ours.

import { PearlError } from '../base/errors.ts';
import { coded } from './coded.ts';
import type { BenchOptions, BenchResult, NativeBench } from './interface.ts';

/** The addon's own class. */
export type BenchClass = new (options: BenchOptions) => { run(): Promise<BenchResult | null>; cancel(): void };

export function startBench(Bench: BenchClass, options: BenchOptions): NativeBench {
  const raw = coded(options.kernel === undefined ? 'SHAPE_INVALID' : 'KERNEL_UNKNOWN', () => new Bench(options));
  const done = raw.run().catch((cause: unknown) => {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new PearlError('JOB_UNUSABLE', message, { cause, hint: 'Give it more memory, or a smaller shape.' });
  });
  return { done, cancel: () => raw.cancel() };
}
