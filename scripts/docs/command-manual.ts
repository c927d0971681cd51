// pearlctl(1): every command with its flags and examples, from the command table.

import { EXIT } from '../../src/base/errors.ts';
import {
  type Command,
  type CommandEntry,
  GROUPS,
  type OptionSpec,
  type OptionTable,
  type PositionalSpec,
} from '../../src/cli/command.ts';
import { definition, example, heading, page, paragraph, subheading, title } from './roff.ts';

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

/** The page; loads every command. */
export async function renderCommandManual({ entries, everywhere, version }: ManualFacts): Promise<string> {
  const visible = entries.filter(({ hidden }) => !hidden);
  const loaded = await Promise.all(visible.map(async (entry) => ({ entry, command: (await entry.load()).command })));
  return page([
    title('pearlctl', 1, version),
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
      ...loaded.filter(({ entry }) => entry.group === group).map(({ entry, command }) => describe(entry, command)),
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
    definition('VISUAL, EDITOR', 'What config edit opens.'),
    heading('SEE ALSO'),
    '.BR pearlctl.ini (5)',
  ]);
}

function describe(entry: CommandEntry, command: Command): string {
  const words = Object.entries(command.positionals).map(placeholder);
  const options = Object.entries(command.options).filter(([, { hidden }]) => !hidden);
  return [
    subheading(['pearlctl', entry.name, ...words].join(' ')),
    paragraph(command.description ?? `${entry.summary}.`),
    ...Object.entries(command.positionals).map((item) => definition(placeholder(item), item[1].describe ?? '')),
    ...options.map(describeOption),
    ...command.examples.map(([line, effect]) => example(line, effect)),
  ].join('\n');
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
