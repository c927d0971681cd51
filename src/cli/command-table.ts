// Every command, in the order of the overview. Only what the overview shows is here; the rest is in the module, which is
// imported when the command runs. Adding a command: see `command.ts`.
import type { CommandEntry } from './command.ts';

type Row = readonly [name: string, summary: string, load: CommandEntry['load'], hot?: true];
const HOT = true;

function group(name: CommandEntry['group'], rows: readonly Row[]): CommandEntry[] {
  return rows.map(([command, summary, load, hot = false]) => ({ name: command, group: name, summary, load, hot }));
}

export const COMMANDS: readonly CommandEntry[] = [
  ...group('Start here', [
    ['demo', 'See it mine on a throw-away chain for some seconds', () => import('./commands/demo.ts')],
    ['init', 'Make a configuration in a few questions', () => import('./commands/init.ts')],
    ['run', 'Mine in the foreground until Ctrl-C, and watch', () => import('./commands/run.ts')],
    ['install', 'Mine from boot on, as a service of the machine', () => import('./commands/install.ts')],
  ]),
  ...group('Service', [
    ['uninstall', 'Remove the service; with --purge, everything', () => import('./commands/uninstall.ts')],
    ['upgrade', 'Give the service another version, and go back if it fails', () => import('./commands/upgrade.ts')],
    ['rollback', 'Go back to the version before', () => import('./commands/rollback.ts')],
    ['start', 'Start the installed service', () => import('./commands/start.ts')],
    ['stop', 'Stop mining, until the next boot or start', () => import('./commands/stop.ts')],
    ['restart', 'Stop and start the service', () => import('./commands/restart.ts')],
  ]),
  ...group('Mining', [
    ['pause', 'Rest, with everything ready, until resume', () => import('./commands/pause.ts'), HOT],
    ['resume', 'Go on mining after a pause', () => import('./commands/resume.ts'), HOT],
  ]),
  ...group('Service', [
    ['reload', 'Apply a changed configuration', () => import('./commands/reload.ts')],
    ['enable', 'Have the service start by itself', () => import('./commands/enable.ts')],
    ['disable', 'No longer start it by itself', () => import('./commands/disable.ts')],
    ['render', 'Print the unit or property list alone', () => import('./commands/render.ts')],
  ]),
  ...group('Look inside', [
    ['status', 'Say whether it mines, and if not, why', () => import('./commands/status.ts'), HOT],
    ['list', 'List the instances of this machine', () => import('./commands/list.ts')],
    ['doctor', 'Find out what is wrong, and what to type', () => import('./commands/doctor.ts')],
    ['logs', 'Show what the service says', () => import('./commands/logs.ts')],
    ['shares', 'List shares and blocks, and what became of each', () => import('./commands/shares.ts')],
    ['pools', 'List known pools, and what a share takes at each here', () => import('./commands/pools.ts')],
    ['metrics', 'Print figures for Prometheus, HiveOS and Grafana', () => import('./commands/metrics.ts')],
    ['config', 'Show the configuration, change single values', () => import('./commands/config.ts')],
    [
      'completion',
      'Print a completion script for bash, zsh or fish',
      async () => ({ command: (await import('./commands/completion.ts')).completionOf(COMMANDS) }),
    ],
    ['bench', 'Measure the miner against the processor’s own limit', () => import('./commands/bench.ts')],
    ['calibrate', 'Find the fastest setting of this machine, and keep it', () => import('./commands/calibrate.ts')],
    ['verify', 'Judge a proof, or a stream of proofs', () => import('./commands/verify.ts')],
  ]),
  ...group('Parts', [
    ['attach', 'Adopt a gateway and a miner that already run', () => import('./commands/attach.ts')],
    ['detach', 'Let an attached gateway and miner go', () => import('./commands/detach.ts')],
    ['supervise', 'Keep gateway and miner running; what a service runs', () => import('./commands/supervise.ts'), HOT],
    ['gateway', 'Serve jobs to miners on this machine', () => import('./commands/gateway.ts'), HOT],
    ['mine', 'Mine the jobs of a gateway', () => import('./commands/mine.ts'), HOT],
    [
      'self-test',
      'Compare every kernel of this processor with the scalar one',
      () => import('./commands/self-test.ts'),
    ],
  ]),
];

export function findCommand(name: string): CommandEntry | undefined {
  return COMMANDS.find((entry) => entry.name === name);
}
