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
  const visible = commands.filter((entry) => !entry.hidden);
  const names = new Set(commands.map((entry) => entry.name));
  const steps = FIRST_STEPS.filter(([line]) => names.has(line.split(' ')[1] ?? ''));
  const width = Math.max(...visible.map((entry) => entry.name.length));
  const stepWidth = Math.max(...steps.map(([line]) => line.length));
  const groups = GROUPS.map((group) => ({ group, entries: visible.filter((entry) => entry.group === group) }));
  return [
    'pearlctl: CPU mining of Pearl (PRL) as a service of your operating system',
    '',
    'Usage: pearlctl COMMAND [options]',
    '',
    ...steps.map(([line, effect]) => `  ${line.padEnd(stepWidth)}  ${effect}`),
    ...groups
      .filter(({ entries }) => entries.length > 0)
      .flatMap(({ group, entries }) => [
        '',
        `${group}:`,
        ...entries.map((entry) => `  ${entry.name.padEnd(width)}  ${entry.summary}`),
      ]),
    '',
    'pearlctl COMMAND --help explains a command with examples. Every command takes --json.',
    'PEARLCTL_HOME=DIR keeps everything of an instance in one folder.',
    '',
  ].join('\n');
}
