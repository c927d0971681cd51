// `pearlctl self-test`: has every kernel that this processor offers compute what the scalar one computes. A process of its
// own, because a processor that does not do what it claims ends the one that tries.
import { EXIT, PearlError } from '../../base/errors.ts';
import { type Native, native } from '../../native/native.ts';
import { defineCommand } from '../command.ts';

/** No job is set, so that the buffers are never filled. */
const MEMORY_BYTES = 16 << 20;

export const command = defineCommand({
  description:
    'Compares every kernel that this processor offers with the scalar one. Exit code 0: all agree, 1: one does not. ' +
    '`pearlctl doctor processor` runs it.',
  examples: [['pearlctl self-test', 'Which kernels there are, and whether they are right']],
  async run(_args, context) {
    const core = native();
    const { arch, features, kernels, refused } = core.cpuFeatures();
    const tested: { name: string; passed: boolean }[] = [];
    for (const name of kernels) tested.push({ name, passed: await passes(core, name) });
    const lines = [
      ...refused.map(({ name, reason }) => `– ${name}: ${reason}`),
      ...tested.map(({ name, passed }) => `${passed ? '✓' : '✗'} ${name}`),
    ];
    context.print([`${arch}: ${features.join(' ') || 'no vector instructions'}`, ...lines].join('\n'), {
      schemaVersion: 1,
      arch,
      features,
      kernels: tested,
      refused,
    });
    return tested.every(({ passed }) => passed) ? EXIT.ok : EXIT.no;
  },
});

/** A miner starts only on a kernel that has passed. */
async function passes(core: Pick<Native, 'createMiner'>, kernel: string): Promise<boolean> {
  // A thread of idle priority would need seconds to end, where every processor is busy.
  const options = { threads: 1, kernel, memoryBytes: MEMORY_BYTES, matrices: 'constant', idlePriority: false } as const;
  try {
    await core.createMiner(options, () => {}).stop();
    return true;
  } catch (error) {
    if (error instanceof PearlError && error.code === 'KERNEL_UNKNOWN') return false;
    throw error;
  }
}
