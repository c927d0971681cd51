// Do the mining threads give way to other programs? Asked of the miner that runs, as its control group and session have it.

import { readPriorityFacts } from '../../miner/priority/priority-facts.ts';
import { priorityFix, standingOf } from '../../miner/priority/standing.ts';
import type { Check } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

export const priority: Check = {
  id: 'priority',
  area: 'Mining',
  question: 'Does mining give way to other programs',
  async run({ machine, live }) {
    if (machine.platform !== 'linux') return skipped('only Linux tells how its processor time is shared out');
    const pid = live()?.children.miner.pid ?? null;
    if (pid === null) return skipped('no miner runs');
    const read = (path: string) => machine.readText(path)?.trim() ?? null;
    const { reach, gap, text } = standingOf(readPriorityFacts({ read, list: machine.list }, pid));
    if (gap !== null) return warning(text, priorityFix(gap));
    return reach === 'unknown' ? skipped(text) : ok(`${reach}: ${text}`);
  },
};
