// The completion script for fish: one `complete` line for each thing that can be typed.
import { fillLines, readTemplate } from '../../service/fill-template.ts';
import type { ArgumentPlace, Flag, Verb } from './grammar.ts';

export function renderFish(verbs: readonly Verb[]): string {
  const lines = [
    ...verbs.map(({ name, text }) => `complete -c pearlctl -n __fish_use_subcommand -a ${name} -d ${quote(text)}`),
    ...verbs.flatMap(({ name, flags, places }) => [
      '',
      ...flags.map((flag) => flagLine(name, flag)),
      ...places.flatMap((place, index) => placeLines(name, place, places[index - 1])),
    ]),
  ];
  return fillLines(readTemplate('completion/pearlctl.fish'), { lines });
}

const VALUES = { nothing: '', file: ' -r -F', instance: " -x -a '(__pearlctl_instances)'", anything: ' -x' } as const;

function flagLine(command: string, { name, short, text, takes }: Flag): string {
  const value = typeof takes === 'string' ? VALUES[takes] : ` -x -a '${takes.join(' ')}'`;
  const letter = short === null ? '' : ` -s ${short}`;
  return `complete -c pearlctl -n '${after(command)}'${letter} -l ${name}${value} -d ${quote(text)}`;
}

/** A place is offered once the one before it is filled, and until it is filled itself. */
function placeLines(
  command: string,
  { words, after: following, repeats }: ArgumentPlace,
  before: ArgumentPlace | undefined,
): string[] {
  const special = following.map(({ before: earlier, words: offered }) => {
    const places = earlier[0]?.map((_, place) => after(...new Set(earlier.flatMap((one) => one[place] ?? []))));
    const conditions = [after(command), ...(places ?? []), `not ${after(...offered)}`];
    return `complete -c pearlctl -n '${conditions.join('; and ')}' -a '${offered.join(' ')}'`;
  });
  if (words.length === 0) return special;
  const filled = before === undefined || before.words.length === 0 ? '' : `; and ${after(...before.words)}`;
  const open = repeats ? '' : `; and not ${after(...words)}`;
  return [`complete -c pearlctl -n '${after(command)}${filled}${open}' -a '${words.join(' ')}'`, ...special];
}

function after(...words: string[]): string {
  return `__fish_seen_subcommand_from ${words.join(' ')}`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
