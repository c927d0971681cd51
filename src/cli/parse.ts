// From the words of a command line to a command's checked arguments, with yargs: strict about unknown and repeated flags;
// every mistake is a PearlError that says what to type.

import yargs from 'yargs';
import { PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl } from '../base/fix.ts';
import { nearest } from '../base/nearest.ts';
import { checkInstance } from '../config/paths.ts';
import type { Command, CommandEntry, OptionTable } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/** Parses the words after the command's name. Throws USAGE. */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Record<string, unknown> {
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const usage = (message: string, hint: Fix | string = fix`See: ${pearlctl(entry.name, '--help')}`) =>
    new PearlError('USAGE', message, { hint });
  const unknown = findUnknownFlag(words, options);
  if (unknown) {
    const { typed, meant } = unknown;
    throw usage(
      `${typed} is not an option of ${entry.name}.`,
      meant === undefined ? undefined : `Did you mean: --${meant}`,
    );
  }
  const { args, error } = parseStrictly(entry, command, options, words);
  const [extra] = Array.isArray(args._) ? args._ : [];
  if (extra !== undefined) throw usage(`"${String(extra).slice(0, 40)}" is a word too many for ${entry.name}.`);
  if (error) throw usage(oneSentence(error));
  const problem = findProblem(args, command, options);
  if (problem) throw usage(problem);
  // Also where the command would find out later, or never: it is no instance of which anything could be said.
  checkInstance(args.instance as string | undefined);
  return args;
}

interface UnknownFlag {
  readonly typed: string;
  /** The name of the flag that was probably meant. */
  readonly meant: string | undefined;
}

/** The first flag that is none of the command's; what follows `--` is never a flag. */
function findUnknownFlag(words: readonly string[], options: OptionTable): UnknownFlag | undefined {
  const end = words.indexOf('--');
  const names = Object.keys(options);
  for (const word of end === -1 ? words : words.slice(0, end)) {
    const long = /^--([^=]+)/.exec(word)?.[1];
    if (long !== undefined && !Object.hasOwn(options, long)) return { typed: `--${long}`, meant: nearest(long, names) };
    const short = /^-([a-z])/i.exec(word)?.[1];
    if (short === undefined || Object.values(options).some(({ alias }) => alias === short)) continue;
    const begun = names.filter((name) => name.startsWith(short.toLowerCase()) && !name.startsWith('no-'));
    return { typed: `-${short}`, meant: begun.length === 1 ? begun[0] : undefined };
  }
  return undefined;
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
      // All optional here: what is missing is said below, in words of ours.
      ['$0', ...Object.entries(command.positionals).map(([name, { array }]) => `[${name}${array ? '..' : ''}]`)].join(
        ' ',
      ),
      entry.summary,
      (parser) => {
        for (const [name, { choices: _, demandOption: __, ...rest }] of Object.entries(command.positionals)) {
          parser.positional(name, rest);
        }
        return parser.options(
          Object.fromEntries(
            Object.entries(options).map(([name, { choices: _, demandOption: __, ...rest }]) => [
              name,
              { ...rest, ...textual(rest) },
            ]),
          ),
        );
      },
      () => {},
    )
    .parseSync(attachDashes(words, options), {}, (error, args) => {
      outcome.args = args;
      outcome.error = error?.message ?? null;
    });
  return outcome;
}

/** `--proof -` as `--proof=-`: yargs takes a lone dash (standard input) for a positional. */
function attachDashes(words: readonly string[], options: OptionTable): string[] {
  const attached: string[] = [];
  for (const word of words) {
    const name = /^--([^=]+)$/.exec(attached.at(-1) ?? '')?.[1];
    const takesValue = name !== undefined && Object.hasOwn(options, name) && options[name]?.type !== 'boolean';
    if (word === '-' && takesValue) attached.push(`${attached.pop()}=-`);
    else attached.push(word);
  }
  return attached;
}

/** yargs guesses at what has no type; nothing here is to be guessed at. */
function textual({ type }: OptionTable[string]): { type?: 'string' } {
  return type === undefined ? { type: 'string' } : {};
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

/** What is wrong with the values, in words of ours: those of yargs are made for programmers. */
function findProblem(args: Record<string, unknown>, command: Command, options: OptionTable): string | null {
  for (const [name, { demandOption, choices }] of Object.entries(command.positionals)) {
    const value = args[name];
    if (value === undefined && demandOption) return `<${name}> is missing${choices ? `: ${listed(choices)}` : ''}.`;
    if (value !== undefined && choices && !choices.includes(value as string)) {
      return `"${String(value).slice(0, 40)}" is not one of ${listed(choices)}.`;
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.demandOption && args[name] === undefined) {
      return `--${name} is missing${option.placeholder === undefined ? '' : `: ${option.placeholder}`}.`;
    }
    const problem = name in args ? valueProblem(args[name], option) : null;
    if (problem) return `--${name} ${problem}.`;
  }
  return null;
}

function valueProblem(value: unknown, { type, array, choices }: OptionTable[string]): string | null {
  if (Array.isArray(value) && !array) return 'was given more than once';
  if (choices) return choices.includes(value as string) ? null : `takes one of ${listed(choices)}`;
  if (type === 'boolean') return null;
  if (type === 'number') return Number.isFinite(value) ? null : 'takes a number';
  return value === '' || value === undefined ? 'takes a value' : null;
}

function listed(words: readonly unknown[]): string {
  return words.join(', ');
}
