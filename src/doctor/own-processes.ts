// The processes of pearlctl in the process table, by the command that each runs. Pure.
import type { ProcessFacts } from './processes.ts';

/** Supervisors: a program of ours with the word `supervise` or `run`. */
export function findSupervisors(processes: readonly ProcessFacts[]): ProcessFacts[] {
  return running(['supervise', 'run'], processes);
}

/** Miners that were started by hand: `pearlctl mine` without a supervisor above it. */
export function findLoneMiners(processes: readonly ProcessFacts[]): ProcessFacts[] {
  const supervisors = new Set(findSupervisors(processes).map(({ pid }) => pid));
  return running(['mine'], processes).filter(({ parent }) => !supervisors.has(parent));
}

/**
 * One process for each that runs such a command. A program that starts one, such as sudo, has its words too; so has a child
 * that it has just forked, until that runs its own program (execve(2)).
 */
function running(commands: readonly string[], processes: readonly ProcessFacts[]): ProcessFacts[] {
  const found = processes.filter(({ args }) => commands.includes(commandOf(args) ?? ''));
  const byPid = new Map(found.map((one) => [one.pid, one]));
  const isFork = ({ parent, args }: ProcessFacts) => byPid.get(parent)?.args.join('\0') === args.join('\0');
  const programs = found.filter((one) => !isFork(one));
  const starters = new Set<number>();
  for (const { parent } of programs) {
    for (let above = byPid.get(parent); above && !starters.has(above.pid); above = byPid.get(above.parent)) {
      starters.add(above.pid);
    }
  }
  return programs.filter(({ pid }) => !starters.has(pid));
}

function commandOf(args: readonly string[]): string | undefined {
  const script = args.findIndex((word) => /(?:^|\/)(?:pearlctl(?:\.[cm]js)?|dist\/js\/cli\.js)$/.test(word));
  return script === -1 ? undefined : args.slice(script + 1).find((word) => !/(?:pearlctl\.[cm]js|cli\.js)$/.test(word));
}
