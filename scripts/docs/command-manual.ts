// pearlctl(1) and a page for each command, with its flags and examples, from the command table.

import { EXIT } from '../../src/base/errors.ts';
import {
  type Command,
  type CommandEntry,
  GROUPS,
  type OptionSpec,
  type OptionTable,
  type PositionalSpec,
} from '../../src/cli/command.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { CHECKS } from '../../src/doctor/all-checks.ts';
import { AREAS } from '../../src/doctor/check.ts';
import { MANUAL_DATE } from './manual-date.ts';
import { definition, example, filled, heading, page, paragraph, safe, seeAlso, subheading, title } from './roff.ts';

const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'It went well, or the answer is yes.',
  no: 'The answer is no: an invalid proof, a problem that doctor found.',
  usage: 'The command line is wrong.',
  unavailable: 'Something that is needed is not there, or was given up. A service manager tries again.',
  tryAgain: 'Not now: another supervisor runs, a port is in use, there is no work yet.',
  noPermission: 'This user may not.',
  config: 'The configuration, or this machine, has to change first. A service manager does not try again.',
};

export interface ManualFacts {
  readonly entries: readonly CommandEntry[];
  /** The flags that all commands understand. */
  readonly everywhere: OptionTable;
  readonly version: string;
}

/** The pages of section 1 by their name, pearlctl(1) first, then one for each command; loads every command. */
export async function renderCommandManuals({
  entries,
  everywhere,
  version,
}: ManualFacts): Promise<Map<string, string>> {
  const loaded = await Promise.all(entries.map(async (entry) => ({ entry, command: (await entry.load()).command })));
  return new Map([
    ['pearlctl', overview(entries, everywhere, version)],
    ...loaded.map(({ entry, command }) => [pageOf(entry), commandPage(entry, command, version)] as const),
  ]);
}

function pageOf({ name }: CommandEntry): string {
  return `pearlctl-${name}`;
}

function overview(entries: readonly CommandEntry[], everywhere: OptionTable, version: string): string {
  return page([
    title('pearlctl', 1, version, MANUAL_DATE),
    heading('NAME'),
    'pearlctl \\- CPU mining of Pearl (PRL) as a service of the operating system',
    heading('SYNOPSIS'),
    '.B pearlctl\n.I command\n.RI [ options ]',
    heading('DESCRIPTION'),
    paragraph(
      'pearlctl installs, runs and watches a CPU miner for Pearl: a supervisor with two children, a gateway that gets jobs ' +
        'and a miner that works on them. It mines nothing before there is a configuration with a wallet and a user ' +
        'typed run, start or install.',
    ),
    ...GROUPS.flatMap((group) => [
      heading(group.toUpperCase()),
      ...entries
        .filter((entry) => entry.group === group)
        .map((entry) => definition(`${pageOf(entry)}(1)`, `${entry.summary}.`)),
    ]),
    heading('OPTIONS EVERYWHERE'),
    ...Object.entries(everywhere).map(describeOption),
    heading('EXIT STATUS'),
    ...Object.entries(EXIT_WORDS).map(([name, words]) => definition(String(EXIT[name as keyof typeof EXIT]), words)),
    paragraph(
      'status has its own: 0 alive, 1 not alive but its state is left, 3 configured or stopped, 4 nothing here.',
    ),
    heading('ENVIRONMENT'),
    definition('PEARLCTL_HOME', 'One folder for configuration, state, runtime files and logs.'),
    definition('NO_COLOR, CLICOLOR, CLICOLOR_FORCE', 'Whether colour is used where --color does not say.'),
    definition('LC_ALL, LC_CTYPE, LANG', 'A locale without UTF-8 gets ASCII.'),
    definition('VISUAL, EDITOR', 'What config edit opens.'),
    heading('FILES'),
    paragraph(
      'Of Linux, in system scope and in user scope; macOS has them below Library/Application Support/pearlctl.',
    ),
    ...FILES.map(([key, words]) => definition(placesOf(key).join(', '), words)),
    heading('SEE ALSO'),
    seeAlso([...entries.map((entry) => [pageOf(entry), 1] as const), ['pearlctl.ini', 5]]),
  ]);
}

const FILES: readonly (readonly [
  key: 'configFile' | 'sidecarFile' | 'ledgerFile' | 'calibrationFile' | 'logFile',
  string,
])[] = [
  ['configFile', 'The configuration: pearlctl.ini(5).'],
  ['sidecarFile', 'The sidecar: what the supervisor does now. Gone after a clean stop.'],
  ['ledgerFile', 'The ledger: every share and what became of it.'],
  ['calibrationFile', 'What calibrate measured.'],
  ['logFile', 'The log, where no journal takes it.'],
];

function placesOf(key: (typeof FILES)[number][0]): string[] {
  const of = (scope: 'system' | 'user') =>
    resolvePaths({ scope, env: { HOME: '/HOME' }, platform: 'linux', uid: 1000, folderExists: () => true })[key];
  return [of('system'), of('user').replace('/HOME', '~').replace('/1000/', '/UID/')];
}

function commandPage(entry: CommandEntry, command: Command, version: string): string {
  const positionals = Object.entries(command.positionals);
  const options = Object.entries(command.options).filter(([, { hidden }]) => !hidden);
  return page([
    title(pageOf(entry), 1, version, MANUAL_DATE),
    heading('NAME'),
    filled(`${pageOf(entry)} - ${entry.summary}`),
    heading('SYNOPSIS'),
    [
      `.B pearlctl ${entry.name}`,
      ...positionals.map((item) => `.I ${safe(placeholder(item))}`),
      '.RI [ options ]',
    ].join('\n'),
    heading('DESCRIPTION'),
    paragraph(command.description ?? `${entry.summary}.`),
    ...positionals.map((item) => definition(placeholder(item), item[1].describe ?? '')),
    ...(options.length === 0 ? [] : [heading('OPTIONS'), ...options.map(describeOption)]),
    ...(entry.name === 'doctor' ? checkSections() : []),
    heading('EXAMPLES'),
    ...command.examples.map(([line, effect]) => example(line, effect)),
    heading('SEE ALSO'),
    seeAlso([
      ['pearlctl', 1],
      ['pearlctl.ini', 5],
    ]),
  ]);
}

/** Every check by its id, in the order of the report. */
function checkSections(): string[] {
  return [
    heading('CHECKS'),
    ...AREAS.flatMap((area) => [
      subheading(area),
      ...CHECKS.filter((check) => check.area === area).map(({ id, question }) => definition(id, `${question}?`)),
    ]),
  ];
}

/** `<key>` has to be given, `[id..]` may be, and again. */
function placeholder([name, { array, demandOption }]: [string, PositionalSpec]): string {
  const label = `${name}${array ? '..' : ''}`;
  return demandOption ? `<${label}>` : `[${label}]`;
}

function describeOption([name, option]: [string, OptionSpec]): string {
  const short = typeof option.alias === 'string' ? `-${option.alias}, ` : '';
  const value = option.type === 'boolean' ? '' : ` ${option.placeholder ?? option.choices?.join('|') ?? 'VALUE'}`;
  const usual = option.default === undefined || option.default === false ? '' : ` (default: ${String(option.default)})`;
  return definition(`${short}--${name}${value}`, `${option.describe ?? ''}${usual}`);
}
