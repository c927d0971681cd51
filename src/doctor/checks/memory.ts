// Is there memory for the miner's buffers, and does the service's own limit leave room for them?
import type { Config } from '../../config/config.ts';
import { automaticMemory } from '../../miner/memory.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';
import { formatBytes } from '../format.ts';

/** Three Node processes beside the buffers: measured, generously rounded up. */
const PROCESSES_BYTES = 300 << 20;

export const memory: Check = {
  id: 'memory',
  area: 'Machine',
  question: 'Is there memory for the miner’s buffers',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration says how much, and it cannot be used');
    const { totalBytes, availableBytes } = context.machine.memory();
    return judge(config, { totalBytes, availableBytes, running: context.live() !== null });
  },
};

export function judge(
  { miner, service }: Pick<Config, 'miner' | 'service'>,
  facts: { totalBytes: number; availableBytes: number; running: boolean },
): Finding {
  const buffers = miner.memoryBytes ?? automaticMemory();
  const needed = buffers + PROCESSES_BYTES;
  const have = `${formatBytes(facts.availableBytes)} of ${formatBytes(facts.totalBytes)} available`;
  if (service.memoryMaxBytes !== null && service.memoryMaxBytes < needed) {
    const limit = formatBytes(service.memoryMaxBytes);
    return warning(
      `the service may use ${limit}, and buffers of ${formatBytes(buffers)} need more than that`,
      `pearlctl config set service.memory_max ${Math.ceil(needed / 2 ** 20)}M, then: pearlctl install`,
    );
  }
  // What a running miner holds is no longer available, and it has what it needs.
  if (facts.running || facts.availableBytes >= needed) return ok(`${have}; buffers take ${formatBytes(buffers)}`);
  return problem(`${have}, buffers of ${formatBytes(buffers)} do not fit`, 'pearlctl config set miner.memory 64M');
}
