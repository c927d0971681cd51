// Every command, in the order of the overview. Only what the overview shows is here; the rest is in the module, which is
// imported when the command runs. Adding a command: see `command.ts`.
import type { CommandEntry } from './command.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    group: 'Start here',
    summary: 'See it mine on a throw-away chain for some seconds',
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'init',
    group: 'Start here',
    summary: 'Make a configuration in a few questions',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'run',
    group: 'Start here',
    summary: 'Mine in the foreground until Ctrl-C, and watch',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'install',
    group: 'Start here',
    summary: 'Mine from boot on, as a service of the machine',
    load: () => import('./commands/install.ts'),
  },
  {
    name: 'uninstall',
    group: 'Service',
    summary: 'Remove the service; with --purge, everything',
    load: () => import('./commands/uninstall.ts'),
  },
  {
    name: 'upgrade',
    group: 'Service',
    summary: 'Give the service another version, and go back if it fails',
    load: () => import('./commands/upgrade.ts'),
  },
  {
    name: 'rollback',
    group: 'Service',
    summary: 'Go back to the version before',
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'start',
    group: 'Service',
    summary: 'Start the installed service',
    load: () => import('./commands/start.ts'),
  },
  {
    name: 'stop',
    group: 'Service',
    summary: 'Stop mining, until the next boot or start',
    load: () => import('./commands/stop.ts'),
  },
  {
    name: 'restart',
    group: 'Service',
    summary: 'Stop and start the service',
    load: () => import('./commands/restart.ts'),
  },
  {
    name: 'pause',
    group: 'Mining',
    summary: 'Rest, with everything ready, until resume',
    hot: true,
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'resume',
    group: 'Mining',
    summary: 'Go on mining after a pause',
    hot: true,
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'reload',
    group: 'Service',
    summary: 'Apply a changed configuration',
    load: () => import('./commands/reload.ts'),
  },
  {
    name: 'enable',
    group: 'Service',
    summary: 'Have the service start by itself',
    load: () => import('./commands/enable.ts'),
  },
  {
    name: 'disable',
    group: 'Service',
    summary: 'No longer start it by itself',
    load: () => import('./commands/disable.ts'),
  },
  {
    name: 'render',
    group: 'Service',
    summary: 'Print the unit or property list alone',
    load: () => import('./commands/render.ts'),
  },
  {
    name: 'status',
    group: 'Look inside',
    summary: 'Say whether it mines, and if not, why',
    hot: true,
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'list',
    group: 'Look inside',
    summary: 'List the instances of this machine',
    load: () => import('./commands/list.ts'),
  },
  {
    name: 'doctor',
    group: 'Look inside',
    summary: 'Find out what is wrong, and what to type',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'logs',
    group: 'Look inside',
    summary: 'Show what the service says',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'shares',
    group: 'Look inside',
    summary: 'List shares and blocks, and what became of each',
    load: () => import('./commands/shares.ts'),
  },
  {
    name: 'pools',
    group: 'Look inside',
    summary: 'List known pools, and what a share takes at each here',
    load: () => import('./commands/pools.ts'),
  },
  {
    name: 'metrics',
    group: 'Look inside',
    summary: 'Print figures for Prometheus, HiveOS and Grafana',
    load: () => import('./commands/metrics.ts'),
  },
  {
    name: 'config',
    group: 'Look inside',
    summary: 'Show the configuration, change single values',
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'completion',
    group: 'Look inside',
    summary: 'Print a completion script for bash, zsh or fish',
    load: async () => ({ command: (await import('./commands/completion.ts')).completionOf(COMMANDS) }),
  },
  {
    name: 'bench',
    group: 'Look inside',
    summary: 'Measure the miner against the processor’s own limit',
    load: () => import('./commands/bench.ts'),
  },
  {
    name: 'calibrate',
    group: 'Look inside',
    summary: 'Find the fastest setting of this machine, and keep it',
    load: () => import('./commands/calibrate.ts'),
  },
  {
    name: 'verify',
    group: 'Look inside',
    summary: 'Judge a proof, or a stream of proofs',
    load: () => import('./commands/verify.ts'),
  },
  {
    name: 'attach',
    group: 'Parts',
    summary: 'Adopt a gateway and a miner that already run',
    load: () => import('./commands/attach.ts'),
  },
  {
    name: 'detach',
    group: 'Parts',
    summary: 'Let an attached gateway and miner go',
    load: () => import('./commands/detach.ts'),
  },
  {
    name: 'supervise',
    group: 'Parts',
    summary: 'Keep gateway and miner running; what a service runs',
    hot: true,
    load: () => import('./commands/supervise.ts'),
  },
  {
    name: 'gateway',
    group: 'Parts',
    summary: 'Serve jobs to miners on this machine',
    hot: true,
    load: () => import('./commands/gateway.ts'),
  },
  {
    name: 'mine',
    group: 'Parts',
    summary: 'Mine the jobs of a gateway',
    hot: true,
    load: () => import('./commands/mine.ts'),
  },
  {
    name: 'self-test',
    group: 'Parts',
    summary: 'Compare every kernel of this processor with the scalar one',
    load: () => import('./commands/self-test.ts'),
  },
];

export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name);
}
