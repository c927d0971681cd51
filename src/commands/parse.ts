// From the words of a command line to a command's checked arguments, with yargs: strict about unknown and repeated flags;
// every mistake is a PearlError that says what to type.
import yargs from 'yargs';
import { nearest } from '../config/nearest.ts';
import { PearlError } from '../errors.ts';
import type { Command, CommandEntry, OptionTable } from './command.ts';
import { placeholder } from './help.ts';
import { GLOBAL_OPTIONS } from './options.ts';

/** Parses the words after the command's name. Throws USAGE. */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Record<string, unknown> {
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const usage = (message: string, hint = `See: pearlctl ${entry.name} --help`) =>
    new PearlError('USAGE', message, { hint });
  const unknown = findUnknownFlag(words, options);
  if (unknown) {
    const meant = nearest(unknown, Object.keys(options));
    throw usage(`--${unknown} is not an option of ${entry.name}.`, meant && `Did you mean: --${meant}`);
  }
  const { args, error } = parseStrictly(entry, command, options, words);
  if (error) throw usage(oneSentence(error));
  const problem = findProblem(args, options);
  if (problem) throw usage(problem);
  return args;
}

/** The first `--name` that is none of the command's flags; what follows `--` is never a flag. */
function findUnknownFlag(words: readonly string[], options: OptionTable): string | undefined {
  const end = words.indexOf('--');
  const names = (end === -1 ? words : words.slice(0, end)).map((word) => /^--([^=]+)/.exec(word)?.[1]);
  return names.find((name) => name !== undefined && !Object.hasOwn(options, name));
}

function parseStrictly(entry: CommandEntry, command: Command, options: OptionTable, words: readonly string[]) {
  const outcome: { args: Record<string, unknown>; error: string | null } = { args: {}, error: null };
  yargs()
    .scriptName(`pearlctl ${entry.name}`)
    .locale('en')
    .exitProcess(false)
    .strict()
    .version(false)
    .help(false)
    .parserConfiguration({ 'parse-positional-numbers': false, 'greedy-arrays': false, 'boolean-negation': false })
    .command(
      ['$0', ...Object.entries(command.positionals).map(placeholder)].join(' '),
      entry.summary,
      (parser) => {
        for (const [name, positional] of Object.entries(command.positionals)) parser.positional(name, positional);
        return parser.options(
          Object.fromEntries(Object.entries(options).map(([name, option]) => [name, strict(option)])),
        );
      },
      () => {},
    )
    .parse([...words], {}, (error, args) => {
      outcome.args = args;
      outcome.error = error?.message ?? null;
    });
  return outcome;
}

/** A flag that takes a value takes one: `--config --json` is a mistake, not a file named `--json`. */
function strict(option: OptionTable[string]): OptionTable[string] {
  return option.type === 'boolean' ? option : { ...option, requiresArg: true };
}

/** yargs lists details on further lines; we say one sentence. */
function oneSentence(message: string): string {
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
    if (Array.isArray(value) && !option.array) return `--${name} was given more than once.`;
    if (option.type === 'number' && value !== undefined && !Number.isFinite(value)) return `--${name} takes a number.`;
  }
  return null;
}
