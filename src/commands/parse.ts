// From the words of a command line to a command and its checked arguments, with yargs: strict about unknown and repeated
// flags; every mistake is a PearlError that says what to type.
import yargs, { type Argv } from 'yargs';
import { PearlError } from '../errors.ts';
import type { Command, CommandEntry, OptionTable, PositionalTable } from './command.ts';
import { COLOUR_CHOICES } from './terminal.ts';

/** What every command understands; `context.ts` acts on them. */
export const GLOBAL_OPTIONS = {
  config: { type: 'string', describe: 'Use this configuration file' },
  scope: { choices: ['user', 'system'], describe: 'Your own instance, or the machine’s' },
  instance: { type: 'string', describe: 'Use a second, independent instance by name' },
  json: { type: 'boolean', describe: 'Answer in JSON' },
  color: { choices: COLOUR_CHOICES, describe: 'When to use colour' },
} as const satisfies OptionTable;

/** Help is no wider than this on any terminal. */
const WIDEST_HELP = 100;

/** Either the command's arguments, or the help text that was asked for. */
export type Parsed =
  | { readonly kind: 'run'; readonly args: Record<string, unknown> }
  | { readonly kind: 'help'; readonly text: string };

/** Parses the words after the command's name. Throws USAGE. */
export function parseArguments(entry: CommandEntry, command: Command, words: readonly string[], width: number): Parsed {
  const hint = `See: pearlctl ${entry.name} --help`;
  const outcome: { args: Record<string, unknown>; help: string; error: string | null } = {
    args: {},
    help: '',
    error: null,
  };
  createParser(entry, command, width).parse([...words], {}, (error, args, output) => {
    outcome.args = args;
    if (error) outcome.error = firstSentence(error.message);
    else outcome.help = output;
  });
  if (outcome.error !== null) throw new PearlError('USAGE', outcome.error, { hint });
  if (outcome.help) return { kind: 'help', text: outcome.help };
  const problem = findProblem(outcome.args, { ...GLOBAL_OPTIONS, ...command.options });
  if (problem) throw new PearlError('USAGE', problem, { hint });
  return { kind: 'run', args: outcome.args };
}

function createParser(entry: CommandEntry, command: Command, width: number): Argv {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, option]) => [name, strict(option)]));
  const globals = Object.fromEntries(
    Object.entries(GLOBAL_OPTIONS)
      .filter(([name]) => !(name in command.options))
      .map(([name, option]) => [name, strict(option)]),
  );
  return yargs()
    .scriptName(`pearlctl ${entry.name}`)
    .locale('en')
    .exitProcess(false)
    .strict()
    .version(false)
    .help('help', 'Show this page')
    .alias('help', 'h')
    .wrap(Math.min(width, WIDEST_HELP))
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false, 'greedy-arrays': false })
    .command(
      ['$0', ...Object.entries(command.positionals).map(placeholder)].join(' '),
      command.description ?? `${entry.summary}.`,
      (parser) => {
        for (const [name, positional] of Object.entries(command.positionals)) parser.positional(name, positional);
        return parser
          .options(options)
          .options(globals)
          .group(Object.keys(globals), 'Everywhere:')
          .group('help', 'Everywhere:')
          .example(command.examples.map(([line, effect]) => [line, effect] as [string, string]));
      },
      () => {},
    )
    .updateStrings({ 'Options:': 'Options:', 'Positionals:': 'Arguments:' });
}

/** A flag that takes a value takes one: `--config --json` is a mistake, not a file named `--json`. */
function strict(option: OptionTable[string]): OptionTable[string] {
  return option.type === 'boolean' || option.type === 'count' ? option : { ...option, requiresArg: true };
}

function placeholder([name, positional]: [string, PositionalTable[string]]): string {
  const label = `${name}${positional.array ? '..' : ''}`;
  return positional.demandOption ? `<${label}>` : `[${label}]`;
}

/** yargs appends lists and suggestions on further lines; one sentence is what we say. */
function firstSentence(message: string): string {
  const text = message
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

/** What yargs lets through: a flag given twice, and a number that is none. */
function findProblem(args: Record<string, unknown>, options: OptionTable): string | null {
  for (const [name, option] of Object.entries(options)) {
    const value = args[name];
    if (Array.isArray(value) && !option.array && option.type !== 'array') return `--${name} was given more than once.`;
    if (option.type === 'number' && value !== undefined && !Number.isFinite(value)) return `--${name} takes a number.`;
  }
  return null;
}
