// May the kernel back the miner's buffers with huge pages? Without them every access costs a longer walk of page tables.
import type { Check } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

const FILE = '/sys/kernel/mm/transparent_hugepage/enabled';

export const hugePages: Check = {
  id: 'huge-pages',
  area: 'Machine',
  question: 'Can the miner’s buffers have huge pages',
  async run({ machine }) {
    if (machine.platform !== 'linux') return skipped('only Linux lets a program ask for them');
    const chosen = /\[(\w+)\]/.exec(machine.readText(FILE) ?? '')?.[1];
    if (chosen === undefined) return skipped('this kernel does not say');
    if (chosen !== 'never') return ok(`transparent huge pages: ${chosen}`);
    return warning('transparent huge pages are switched off', `echo madvise | sudo tee ${FILE}`);
  },
};
