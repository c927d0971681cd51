// Does another miner compete for the processor?
import type { Look } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';
import { findLoneMiners } from '../own-processes.ts';
import type { ProcessFacts } from '../processes.ts';

/** Programs that are known to take every core, by the start of their name; /proc cuts names at 15 characters. */
const MINERS =
  /^(xmrig|xmr-stak|cpuminer|minerd|ccminer|bfgminer|cgminer|lolminer|srbminer|t-rex|teamredminer|nbminer|gminer|rigel|onezerominer|bzminer|wildrig|xlarig|pearl-miner|pearlminer)/i;

export const miners: Look = {
  id: 'miners',
  question: 'Does another miner compete for the processor',
  async run({ machine }) {
    const processes = await machine.processes();
    if (processes.length === 0) return skipped('the process table cannot be read');
    const own = findLoneMiners(processes).map(({ pid }) => ({ name: 'pearlctl mine', pid }));
    const others = [...findMiners(processes), ...own];
    if (others.length === 0) return ok('no other miner runs');
    const names = others.map(({ name, pid }) => `${name} (process ${pid})`);
    return warning(`${names.join(', ')} ${others.length === 1 ? 'mines' : 'mine'} here too`, 'Stop one of the two');
  },
};

function findMiners(processes: readonly ProcessFacts[]): ProcessFacts[] {
  return processes.filter(({ name }) => MINERS.test(name));
}
