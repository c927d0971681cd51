// The page that `pearlctl`, `pearlctl help` and `pearlctl --help` show: every command by group. A pure function of the
// table, so that no command is loaded for it.
import { type CommandEntry, GROUPS } from './command.ts';

const FIRST_STEPS: readonly (readonly [string, string])[] = [
  ['pearlctl demo', 'see it mine on a throw-away chain, some seconds'],
  ['pearlctl init', 'answer a few questions, get a configuration'],
  ['pearlctl install', 'mine from boot on, politely'],
  ['pearlctl status', 'is it mining, and if not, why'],
];

export function renderHelpOverview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const stepWidth = Math.max(...FIRST_STEPS.map(([line]) => line.length));
  return [
    'pearlctl: CPU mining of Pearl (PRL) as a service of your operating system',
    '',
    'Usage: pearlctl COMMAND [options]',
    '',
    ...FIRST_STEPS.map(([line, effect]) => `  ${line.padEnd(stepWidth)}  ${effect}`),
    ...GROUPS.flatMap((group) => [
      '',
      `${group}:`,
      ...commands
        .filter((entry) => entry.group === group)
        .map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    ]),
    '',
    'pearlctl COMMAND --help explains a command with examples. Every command takes --json.',
    'PEARLCTL_HOME=DIR keeps everything of an instance in one folder.',
    '',
  ].join('\n');
}
