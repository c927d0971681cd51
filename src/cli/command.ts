// What a command is. `command-table.ts` lists each with its name, group and summary; the module behind an entry exports one
// `command` made by `defineCommand`, and is imported only when that command runs or its help is asked for. Options and
// positionals are plain data (yargs' own vocabulary), so that help, completions and manual pages come from one source.
//
// To add a command: one entry in `command-table.ts`, one file `src/cli/commands/NAME.ts` that parses, calls and prints:
//
//   export const command = defineCommand({
//     examples: [['pearlctl greet --loud', 'Say it so that all can hear']],
//     options: { loud: { type: 'boolean', describe: 'Shout', default: false } },
//     async run(args, context) {
//       context.print(args.loud ? 'HELLO' : 'hello', { greeting: 'hello' });
//       return EXIT.ok;
//     },
//   });
import type { ArgumentsCamelCase, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { Context } from './command-context.ts';

/** A line to type, and what it does. */
type Example = readonly [line: string, effect: string];

/** The numbers that a flag takes; without bounds, all of them. */
export interface NumberRange {
  readonly whole?: boolean;
  readonly from?: number;
  readonly to?: number;
}

/**
 * yargs' description of a flag, what the help page shows in place of its value (`FILE`, `HEX`), and what the shell's
 * completion offers for it: words, or the instances that there are when a person presses Tab.
 */
export type OptionSpec = Omit<Options, 'coerce'> & {
  readonly placeholder?: string;
  /** Of a number: what is within it. */
  readonly range?: NumberRange;
  readonly suggest?: (() => Promise<readonly string[]>) | 'instances';
};
export type OptionTable = Readonly<Record<string, OptionSpec>>;
/**
 * `suggest` gives what the shell's completion offers where `choices` does not say it all; `suggestAfter`, by the words of all
 * places before with blanks between them, what it offers instead after these.
 */
export type PositionalSpec = PositionalOptions & {
  readonly suggest?: () => Promise<readonly string[]>;
  readonly suggestAfter?: () => Promise<ReadonlyMap<string, readonly string[]>>;
};
/** In the order of the command line; `array: true` takes the rest, `demandOption: true` makes it required. */
export type PositionalTable = Readonly<Record<string, PositionalSpec>>;

export interface CommandDefinition<O extends OptionTable, P extends PositionalTable> {
  /** One to three sentences below the usage line: what it does, what it touches. The table's summary if left out. */
  readonly description?: string;
  /** At least one. */
  readonly examples: readonly Example[];
  readonly options?: O;
  readonly positionals?: P;
  /** Resolves to the exit code. Throws `PearlError` for each expected failure; `cli.ts` prints it. */
  run(args: ArgumentsCamelCase<InferredOptionTypes<O> & InferredOptionTypes<P>>, context: Context): Promise<number>;
}

/** A command with its argument types forgotten: what the parser handles. */
export interface Command {
  readonly description?: string;
  readonly examples: readonly Example[];
  readonly options: OptionTable;
  readonly positionals: PositionalTable;
  run(args: Record<string, unknown>, context: Context): Promise<number>;
}

/** Checks a command's arguments against its options at compile time. */
export function defineCommand<
  const O extends OptionTable = Record<never, never>,
  const P extends PositionalTable = Record<never, never>,
>(definition: CommandDefinition<O, P>): Command {
  return {
    ...(definition.description === undefined ? {} : { description: definition.description }),
    examples: definition.examples,
    options: definition.options ?? {},
    positionals: definition.positionals ?? {},
    // The parser hands over exactly what the tables above declare; this is the one place where the types part and meet.
    run: definition.run as Command['run'],
  };
}

/** How the overview groups commands, in this order. */
export const GROUPS = ['Start here', 'Service', 'Mining', 'Look inside', 'Parts'] as const;

export interface CommandEntry {
  readonly name: string;
  readonly group: (typeof GROUPS)[number];
  /** What it does, in at most 60 characters, without a full stop. */
  readonly summary: string;
  /** Typed or run often: its plain spellings are recognised without the parser (`hot.ts`). */
  readonly hot: boolean;
  load(): Promise<{ readonly command: Command }>;
}
