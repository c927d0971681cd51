// Do the mining threads give way to other programs? Asked of the miner that runs, as its control group and session have it.
import { readPriorityFacts } from '../../miner/priority/priority-facts.ts';
import { priorityFix, standingOf } from '../../miner/priority/standing.ts';
import { quotaCores, throttledPeriods } from '../../miner/quota.ts';
import type { Look } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

export const priority: Look = {
  id: 'priority',
  question: 'Does mining give way to other programs',
  async run({ machine, live }) {
    if (machine.platform !== 'linux') return skipped('only Linux tells how its processor time is shared out');
    const pid = live()?.children.miner.pid ?? null;
    if (pid === null) return skipped('no miner runs');
    const read = (path: string) => machine.readText(path)?.trim() ?? null;
    const files = { read, list: machine.list };
    const { reach, gap, text } = standingOf(readPriorityFacts(files, pid));
    if (gap !== null) return warning(text, priorityFix(gap));
    const quota = quotaWords(quotaCores(files, pid), throttledPeriods(files, pid));
    return reach === 'unknown' ? skipped(`${text}${quota}`) : ok(`${reach}: ${text}${quota}`);
  },
};

function quotaWords(cores: number | null, counted: ReturnType<typeof throttledPeriods>): string {
  if (cores === null) return '';
  const held = counted === null ? '' : `, which held it back in ${counted.throttled} of ${counted.periods} periods`;
  return `; its quota is ${Number(cores.toFixed(2))} of a processor${held}`;
}
