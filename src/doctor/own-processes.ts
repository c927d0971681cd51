// The processes of pearlctl in the process table, by the command that each runs. Pure.
import type { ProcessFacts } from './processes.ts';

/** Supervisors: a program of ours with the word `supervise` or `run`. */
export function findSupervisors(processes: readonly ProcessFacts[]): ProcessFacts[] {
  return processes.filter(({ args }) => ['supervise', 'run'].includes(commandOf(args) ?? ''));
}

/** Miners that were started by hand: `pearlctl mine` without a supervisor above it. A program that starts one has its words too. */
export function findLoneMiners(processes: readonly ProcessFacts[]): ProcessFacts[] {
  const supervisors = new Set(findSupervisors(processes).map(({ pid }) => pid));
  const miners = processes.filter(({ args }) => commandOf(args) === 'mine');
  const starters = new Set(miners.map(({ parent }) => parent));
  return miners.filter(({ pid, parent }) => !supervisors.has(parent) && !starters.has(pid));
}

function commandOf(args: readonly string[]): string | undefined {
  const script = args.findIndex((word) => /(?:^|\/)(?:pearlctl(?:\.[cm]js)?|dist\/js\/cli\.js)$/.test(word));
  return script === -1 ? undefined : args.slice(script + 1).find((word) => !/(?:pearlctl\.[cm]js|cli\.js)$/.test(word));
}
