// Is there memory for the miner's buffers, and does the service's own limit leave room for them?
import { fix, pearlctl } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';
import { automaticMemory } from '../../miner/memory-share.ts';
import type { Look } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';
import type { MachineMemory } from '../machine.ts';
import { formatBytes } from '../sizes.ts';

/** Three Node processes beside the buffers: measured, generously rounded up. */
const PROCESSES_BYTES = 300 << 20;

export const memory: Look = {
  id: 'memory',
  question: 'Is there memory for the miner’s buffers',
  async run(context) {
    const { config } = await context.config();
    if (config === null) return skipped('the configuration says how much, and it cannot be used');
    const live = context.live();
    const pid = live?.children.miner.pid ?? live?.supervisor?.pid ?? 'self';
    const facts = context.machine.memory(pid);
    // The machine's service is not a part of the session that asks.
    const elsewhere = pid === 'self' && context.service?.paths.scope === 'system';
    return judgeMemory(config, { ...facts, ...(elsewhere && { limit: null }), running: live !== null });
  },
};

function judgeMemory(
  { miner, service }: Pick<Config, 'miner' | 'service'>,
  facts: MachineMemory & { running: boolean },
): Finding {
  const { limit, availableBytes, totalBytes, running } = facts;
  const buffers = miner.memoryBytes ?? automaticMemory(limit?.bytes ?? totalBytes);
  const needed = buffers + PROCESSES_BYTES;
  // What a running miner holds is no longer available.
  const bound = limit !== null && (running || limit.bytes < availableBytes);
  const available = bound ? limit.bytes : availableBytes;
  const have = bound
    ? `${formatBytes(available)} allowed by the control group ${limit.group}`
    : `${formatBytes(available)} of ${formatBytes(totalBytes)} available`;
  if (service.memoryMaxBytes !== null && service.memoryMaxBytes < needed) {
    const limit = formatBytes(service.memoryMaxBytes);
    return warning(
      `the service may use ${limit}, and buffers of ${formatBytes(buffers)} need more than that`,
      fix`${pearlctl('config', 'set', 'service.memory_max', `${Math.ceil(needed / 2 ** 20)}M`)}, then: ${pearlctl('install')}`,
    );
  }
  if (available >= needed || (running && !bound)) return ok(`${have}; buffers take ${formatBytes(buffers)}`);
  const judge = running ? warning : problem;
  return judge(
    `${have}, buffers of ${formatBytes(buffers)} do not fit beside the processes`,
    pearlctl('config', 'set', 'miner.memory', '64M'),
  );
}
