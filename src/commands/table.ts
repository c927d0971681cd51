// Every command, in the order of the overview. Only what the overview shows is here; the rest is in the module, which is
// imported when the command runs. Adding a command: see `command.ts`.
import type { CommandEntry } from './command.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    group: 'Start here',
    summary: 'See it mine on a throw-away chain for half a minute',
    load: () => import('./demo.ts'),
  },
  {
    name: 'init',
    group: 'Start here',
    summary: 'Make a configuration in a few questions',
    load: () => import('./init.ts'),
  },
  {
    name: 'run',
    group: 'Start here',
    summary: 'Mine in the foreground until Ctrl-C, and watch',
    load: () => import('./run.ts'),
  },
  {
    name: 'status',
    group: 'Look inside',
    summary: 'Say whether it mines, and if not, why',
    load: () => import('./status.ts'),
  },
  {
    name: 'verify',
    group: 'Look inside',
    summary: 'Judge a proof, or a stream of proofs',
    load: () => import('./verify.ts'),
  },
  {
    name: 'supervise',
    group: 'Parts',
    summary: 'Keep gateway and miner running; what a service runs',
    load: () => import('./supervise.ts'),
  },
  {
    name: 'gateway',
    group: 'Parts',
    summary: 'Serve jobs to miners on this machine',
    load: () => import('./gateway.ts'),
  },
  {
    name: 'mine',
    group: 'Parts',
    summary: 'Mine the jobs of a gateway',
    load: () => import('./mine.ts'),
  },
];

export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name);
}
