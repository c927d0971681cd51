// From the words of a command line to a command's checked arguments. yargs is the grammar: types, choices, what is required,
// what excludes what. Its verdicts come back as short tags instead of its own sentences, and are put into ours here.
import yargs, { type Options } from 'yargs';
import { PearlError } from '../base/errors.ts';
import { type Fix, fix, pearlctl, pearlctlByHand } from '../base/fix.ts';
import { nearest } from '../base/nearest.ts';
import { checkInstance } from '../config/paths.ts';
import type { Command, CommandEntry, NumberRange, OptionTable } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { placeholder } from './help-page.ts';
import { OTHER_ACTIONS, OTHER_FLAGS } from './other-words.ts';

/** Parses the words after the command's name. Throws USAGE. */
export function parseArguments(
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
): Record<string, unknown> {
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const { args, error } = parseStrictly(entry, command, options, words);
  // yargs stops at a flag without its value, before it has given the words their places.
  const isCut = error?.message.startsWith(`empty${SEPARATOR}`) === true;
  const [extra] = Array.isArray(args._) && !isCut ? args._ : [];
  const refusal =
    extra !== undefined
      ? { message: `"${String(extra).slice(0, 40)}" is a word too many for ${entry.name}.` }
      : error && refusalOf(error, { entry, command, options, words });
  if (refusal !== null) {
    const { message, hint }: Refusal = refusal;
    throw new PearlError('USAGE', message, { hint: hint ?? fix`See: ${pearlctl(entry.name, '--help')}` });
  }
  // Also where the command would find out later, or never: nothing could be said of such an instance.
  checkInstance(args.instance as string | undefined);
  return args;
}

/** Between the parts of a verdict; no argument of a program can hold it. */
const SEPARATOR = '\0';
/** yargs' sentences, each as a tag and what stands in it, all of it; with a number in it, y18n wants two. */
const VERDICTS = {
  'Unknown argument: %s': plural('unknown', '%s'),
  'Missing required argument: %s': plural('required', '%s'),
  'Not enough non-option arguments: got %s, need at least %s': plural('few', '%s', '%s'),
  'Not enough arguments following: %s': verdict('empty', '%s'),
  'Invalid values:': 'choices',
  'Argument: %s, Given: %s, Choices: %s': verdict('', '%s', '%s', '%s'),
  'Arguments %s and %s are mutually exclusive': verdict('conflict', '%s', '%s'),
};

function verdict(tag: string, ...parts: readonly string[]): string {
  return [tag, ...parts].join(SEPARATOR);
}

function plural(...parts: Parameters<typeof verdict>): { one: string; other: string } {
  const text = verdict(...parts);
  return { one: text, other: text };
}

/** A flag such as `--constructor`, which yargs takes for one of its own objects' properties, and fails. */
function findBuiltIn(words: readonly string[]): string | undefined {
  const names = words.map((word) => /^-+([^=]+)/.exec(word)?.[1]);
  return names.find((name) => name?.split('.').some((part) => part in {}));
}

function parseStrictly(entry: CommandEntry, command: Command, options: OptionTable, words: readonly string[]) {
  const outcome: { args: Record<string, unknown>; error: Error | null } = { args: {}, error: null };
  const builtIn = findBuiltIn(words);
  if (builtIn !== undefined) return { ...outcome, error: new Error(verdict('unknown', builtIn)) };
  yargs()
    .scriptName(`pearlctl ${entry.name}`)
    // Its types know only sentences without a number.
    .updateStrings(VERDICTS as unknown as Record<string, string>)
    .exitProcess(false)
    .strict()
    .version(false)
    .help(false)
    .parserConfiguration({ 'parse-positional-numbers': false, 'greedy-arrays': false, 'boolean-negation': false })
    .command(
      ['$0', ...Object.entries(command.positionals).map(placeholder)].join(' '),
      entry.summary,
      (parser) => {
        for (const [name, spec] of Object.entries(command.positionals))
          parser.positional(name, { type: 'string', ...spec });
        return parser.options(
          Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, yargsOption(name, spec, words)])),
        );
      },
      () => {},
    )
    .parseSync([...words], {}, (error, args) => {
      outcome.args = args;
      outcome.error = error ?? null;
    });
  return outcome;
}

/** What yargs does not check by itself is checked when it has read the value. */
function yargsOption(name: string, spec: OptionTable[string], words: readonly string[]): Options {
  const { placeholder: _, suggest: __, range, ...option } = spec;
  const type = option.type ?? 'string';
  const refuse = (problem: string): never => {
    throw new Error(verdict('value', name, problem));
  };
  return {
    ...option,
    type,
    requiresArg: type !== 'boolean',
    coerce(value: unknown) {
      if (type === 'boolean') {
        // yargs reads `--dry-run=yes` as false.
        if (words.some((word) => word.startsWith(`--${name}=`))) refuse('takes no value');
      } else if (Array.isArray(value) && !option.array) {
        refuse('was given more than once');
      } else if (type === 'number') {
        if (value !== undefined && !isWithin(value, range)) refuse(`takes ${rangeText(range)}`);
      } else if (value === '' || (Array.isArray(value) && value.includes(''))) {
        refuse('takes a value');
      }
      return value;
    },
  };
}

function isWithin(value: unknown, { whole = false, from, to }: NumberRange = {}): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value) || (whole && !Number.isInteger(value))) return false;
  return value >= (from ?? value) && value <= (to ?? value);
}

function rangeText({ whole = false, from, to }: NumberRange = {}): string {
  const kind = whole ? 'a whole number' : 'a number';
  return from === undefined || to === undefined ? kind : `${kind} from ${from} to ${to}`;
}

interface Refusal {
  readonly message: string;
  readonly hint?: Fix | string | undefined;
}

interface Refused {
  readonly entry: CommandEntry;
  readonly command: Command;
  readonly options: OptionTable;
  readonly words: readonly string[];
}

/** A verdict in our words. */
function refusalOf(error: Error, { entry, command, options, words }: Refused): Refusal {
  const [tag, name = '', other = ''] = error.message.split(SEPARATOR).map((part) => part.trim());
  switch (tag) {
    case 'unknown':
      return unknownRefusal(name.split(', ')[0] ?? name, entry, options, words);
    case 'value':
      return { message: `--${name} ${other}.` };
    case 'required':
      return { message: `--${name} is missing${placeholderText(options[name]?.placeholder)}.` };
    case 'empty':
      return { message: `--${name} takes ${choicesText(options[name]?.choices) ?? 'a value'}.` };
    case 'few':
      return missingPlace(command, Number(name));
    case 'choices': {
      const known = ((options[name] ?? command.positionals[name])?.choices ?? []).map(String);
      const choices = choicesText(known) ?? '';
      const typed = other.replaceAll('"', '');
      const meant = OTHER_ACTIONS[typed] ?? typed;
      const near = known.includes(meant) ? meant : nearest(typed, known);
      const isFlag = name in options;
      return {
        message: isFlag ? `--${name} takes ${choices}.` : `${other.slice(0, 42)} is not ${choices}.`,
        hint: near && fix`Did you mean: ${isFlag ? `--${name} ${near}` : pearlctlByHand(entry.name, near)}`,
      };
    }
    case 'conflict':
      return { message: `--${other} does not go with --${name}.`, hint: 'Leave one of them out.' };
    default:
      return { message: error.message.replace(/\s+/g, ' ').replace(/\.?$/, '.') };
  }
}

/** A flag that the command does not have. */
function unknownRefusal(name: string, entry: CommandEntry, options: OptionTable, words: readonly string[]): Refusal {
  const names = Object.keys(options);
  const isShort = name.length === 1 && !words.some((word) => word.split('=')[0] === `--${name}`);
  const other = OTHER_FLAGS[name];
  const begun = names.filter((one) => one.startsWith(name.toLowerCase()) && !one.startsWith('no-'));
  const near = isShort ? (begun.length === 1 ? begun[0] : undefined) : nearest(name, names);
  const meant = other !== undefined && names.includes(other) ? other : near;
  return {
    message: `${isShort ? '-' : '--'}${name} is not an option of ${entry.name}.`,
    hint: meant === undefined ? undefined : `Did you mean: --${meant}`,
  };
}

function missingPlace({ positionals }: Command, given: number): Refusal {
  const [name = '', spec] = Object.entries(positionals)[given] ?? [];
  return { message: `<${name}> is missing${spec?.choices === undefined ? '' : `: ${spec.choices.join(', ')}`}.` };
}

function placeholderText(placeholder: string | undefined): string {
  return placeholder === undefined ? '' : `: ${placeholder}`;
}

function choicesText(choices: readonly unknown[] | undefined): string | undefined {
  return choices === undefined ? undefined : `one of ${choices.join(', ')}`;
}
