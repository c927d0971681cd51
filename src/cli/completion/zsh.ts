// The completion script for zsh, by its own _arguments; works from a folder in $fpath and when it is sourced.
import { fillLines, readTemplate } from '../../service/fill-template.ts';
import { type ArgumentPlace, type Flag, followingArms, type Verb } from './grammar.ts';

export function renderZsh(verbs: readonly Verb[]): string {
  return fillLines(readTemplate('completion/pearlctl.zsh'), {
    following: followingArms(verbs, (words) => `compadd ${words}`),
    commands: verbs.map(({ name, text }) => `    ${quote(`${name}:${text}`)}`),
    verbs: verbs.map(verbArm),
  });
}

function verbArm({ name, flags, places }: Verb): string {
  const specs = [...flags.flatMap(flagSpecs), ...places.map((place, index) => placeSpec(name, place, index))];
  return `        ${name})\n          _arguments \\\n${specs.map((spec) => `            ${quote(spec)}`).join(' \\\n')}\n          ;;`;
}

function flagSpecs({ name, short, text, takes }: Flag): string[] {
  const tail = `[${text.replace(/[[\]\\]/g, '\\$&')}]${takes === 'nothing' ? '' : `:${name}:${actionFor(takes)}`}`;
  const equals = takes === 'nothing' ? '' : '=';
  return [`--${name}${equals}${tail}`, ...(short === null ? [] : [`-${short}${tail}`])];
}

function actionFor(takes: Exclude<Flag['takes'], 'nothing'>): string {
  if (takes === 'file') return '_files';
  if (takes === 'instance') return '_pearlctl_instances';
  return takes === 'anything' ? ' ' : `(${takes.join(' ')})`;
}

function placeSpec(command: string, { name, words, after, repeats }: ArgumentPlace, index: number): string {
  const action =
    after.length > 0 ? `{_pearlctl_after ${command} ${name}}` : words.length === 0 ? ' ' : `(${words.join(' ')})`;
  return `${repeats ? '*' : index + 1}:${name}:${action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
