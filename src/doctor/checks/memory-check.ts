// Is there memory for the miner's buffers, and does the service's own limit leave room for them?
import { fix, pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { automaticMemory } from '../../miner/memory-share.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';
import type { MachineMemory } from '../machine.ts';
import { formatBytes } from '../sizes.ts';

/** Three Node processes beside the buffers: measured, generously rounded up. */
const PROCESSES_BYTES = 300 << 20;

export const memory: Check = {
  id: 'memory',
  area: 'Machine',
  question: 'Is there memory for the miner’s buffers',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration says how much, and it cannot be used');
    const { limitBytes, ...facts } = context.machine.memory();
    // The machine's service is not a part of the session that asks.
    const elsewhere = context.service?.paths.scope === 'system';
    return judgeMemory(config, {
      ...facts,
      limitBytes: elsewhere ? null : limitBytes,
      running: context.live() !== null,
    });
  },
};

function judgeMemory(
  { miner, service }: Pick<Config, 'miner' | 'service'>,
  facts: MachineMemory & { running: boolean },
): Finding {
  const buffers = miner.memoryBytes ?? automaticMemory();
  const needed = buffers + PROCESSES_BYTES;
  const available = Math.min(facts.availableBytes, facts.limitBytes ?? Number.POSITIVE_INFINITY);
  const have =
    available === facts.limitBytes
      ? `${formatBytes(available)} allowed here, by a control group`
      : `${formatBytes(available)} of ${formatBytes(facts.totalBytes)} available`;
  if (service.memoryMaxBytes !== null && service.memoryMaxBytes < needed) {
    const limit = formatBytes(service.memoryMaxBytes);
    return warning(
      `the service may use ${limit}, and buffers of ${formatBytes(buffers)} need more than that`,
      fix`${pearlctl('config', 'set', 'service.memory_max', `${Math.ceil(needed / 2 ** 20)}M`)}, then: ${pearlctl('install')}`,
    );
  }
  // What a running miner holds is no longer available, and it has what it needs.
  if (facts.running || available >= needed) return ok(`${have}; buffers take ${formatBytes(buffers)}`);
  return problem(
    `${have}, buffers of ${formatBytes(buffers)} do not fit`,
    pearlctl('config', 'set', 'miner.memory', '64M'),
  );
}
