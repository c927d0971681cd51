// The completion script for bash 3.2 and later (macOS has that one). No program runs while a person presses
// Tab; which instances there are is read from folder names.
import { fillLines, readTemplate } from '../../service/fill-template.ts';
import { type Flag, followingArms, type Verb } from './grammar.ts';

export function renderBash(verbs: readonly Verb[]): string {
  const takers = verbs.flatMap((verb) =>
    verb.flags.filter(({ takes }) => takes !== 'nothing').map((flag) => valueArm(verb, flag)),
  );
  return fillLines(readTemplate('completion/pearlctl.bash'), {
    values: takers,
    commands: verbs.map(({ name }) => name).join(' '),
    places: verbs.flatMap(placeArms),
    following: followingArms(verbs, (words) => `words="${words}"`),
    flags: verbs.map((verb) => `    ${verb.name}) words="${verb.flags.flatMap(spellings).join(' ')}" ;;`),
  });
}

function spellings({ name, short }: Flag): string[] {
  return [`--${name}`, ...(short === null ? [] : [`-${short}`])];
}

function valueArm(verb: Verb, flag: Flag): string {
  const patterns = spellings(flag).map((spelling) => `"${verb.name} ${spelling}"`);
  return `    ${patterns.join(' | ')}) ${valuesOf(flag)} ;;`;
}

function valuesOf({ takes }: Flag): string {
  if (typeof takes === 'object') return `words="${takes.join(' ')}"`;
  return takes === 'file' ? 'files=1' : takes === 'instance' ? '_pearlctl_instances' : ':';
}

function placeArms({ name, places }: Verb): string[] {
  return places.flatMap(({ words, repeats }, index) =>
    words.length === 0 ? [] : [`    "${name} "${repeats ? '*' : index}) words="${words.join(' ')}" ;;`],
  );
}
