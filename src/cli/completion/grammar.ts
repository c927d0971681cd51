// What can be typed after `pearlctl`, as data for the shells' scripts: commands, their flags, and the words of each place.
import type { Command, CommandEntry, OptionTable } from '../command.ts';

export interface Flag {
  /** Without dashes; one letter for a short one. */
  readonly name: string;
  readonly short: string | null;
  readonly text: string;
  /** What it takes: nothing, one of these words, a file, the name of an instance, or anything. */
  readonly takes: 'nothing' | 'file' | 'instance' | 'anything' | readonly string[];
}

export interface ArgumentPlace {
  /** As the help page calls it. */
  readonly name: string;
  readonly words: readonly string[];
  /** What is offered instead after certain words in all the places before. */
  readonly after: readonly Following[];
  /** The last place may be filled again and again. */
  readonly repeats: boolean;
}

/** The same words after any of these; each of `before` is the words of all places before, in their order. */
interface Following {
  readonly before: readonly (readonly string[])[];
  readonly words: readonly string[];
}

export interface Verb {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly Flag[];
  readonly places: readonly ArgumentPlace[];
}

/**
 * Every command, loaded, with the flags that all of them understand. Words that a shell could misread are refused,
 * which is a defect of the table.
 */
export async function readGrammar(entries: readonly CommandEntry[], everywhere: OptionTable): Promise<Verb[]> {
  return Promise.all(
    entries.map(async (entry) => {
      const { command } = await entry.load();
      const options: OptionTable = { ...command.options, ...everywhere };
      const own = Object.entries(options).filter(([, { hidden }]) => !hidden);
      const help: Flag = { name: 'help', short: 'h', text: 'Show what it does, with examples', takes: 'nothing' };
      return {
        name: entry.name,
        text: entry.summary,
        flags: [...(await Promise.all(own.map(flagOf))), help],
        places: await placesOf(command),
      };
    }),
  );
}

async function flagOf([name, option]: [string, OptionTable[string]]): Promise<Flag> {
  const short = typeof option.alias === 'string' && option.alias.length === 1 ? option.alias : null;
  return { name, short, text: option.describe ?? '', takes: await takenBy(option) };
}

async function takenBy(option: OptionTable[string]): Promise<Flag['takes']> {
  if (option.type === 'boolean') return 'nothing';
  if (option.suggest === 'instances') return 'instance';
  if (option.suggest !== undefined) return (await option.suggest()).map(plain);
  if (option.choices !== undefined) return option.choices.map((choice) => plain(String(choice)));
  return option.placeholder === 'FILE' ? 'file' : 'anything';
}

function placesOf({ positionals }: Command): Promise<ArgumentPlace[]> {
  return Promise.all(
    Object.entries(positionals).map(async ([name, positional]) => {
      const words = positional.suggest === undefined ? (positional.choices ?? []) : await positional.suggest();
      return {
        name,
        words: words.map((word) => plain(String(word))),
        after: grouped((await positional.suggestAfter?.()) ?? new Map()),
        repeats: positional.array ?? false,
      };
    }),
  );
}

/** By the words that are offered: one rule for all that offer the same. */
function grouped(wordsAfter: ReadonlyMap<string, readonly string[]>): Following[] {
  const groups = new Map<string, { before: string[][]; words: string[] }>();
  for (const [before, offered] of wordsAfter) {
    const words = offered.map(plain);
    const group = groups.get(words.join(' ')) ?? { before: [], words };
    group.before.push(before.split(' ').map(plain));
    groups.set(words.join(' '), group);
  }
  return [...groups.values()];
}

/** Words go into scripts as they are. */
function plain(word: string): string {
  if (/^[\w.%/-]+$/.test(word)) return word;
  throw new Error(`"${word}" cannot stand in a completion script`);
}

/** The arms of a shell's `case` over a command and the words before: `offer` makes the words of a place known to the shell. */
export function followingArms(verbs: readonly Verb[], offer: (words: string) => string): string[] {
  return verbs.flatMap(({ name, places }) =>
    places
      .flatMap(({ after }) => after)
      .map(({ before, words }) => {
        const patterns = before.map((earlier) => `"${name} ${earlier.join(' ')}"`);
        return `    ${patterns.join(' | ')}) ${offer(words.join(' '))} ;;`;
      }),
  );
}
