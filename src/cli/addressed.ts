// What is typed next must act on what was asked about: the commands that a hint names get the flags that name this instance.
// Pure.
import type { GlobalFlags } from './command-context.ts';
import { COMMANDS } from './command-table.ts';

export type Place = Pick<GlobalFlags, 'config' | 'scope' | 'instance'>;

const FLAGS = ['config', 'scope', 'instance'] as const;
const VERBS = new Set(COMMANDS.map(({ name }) => name));

/** `text` with the flags of `place` behind each `pearlctl VERB`, but for those that the text has already. */
export function addressed(text: string, place: Place): string {
  const flags = FLAGS.filter((name) => place[name] !== undefined && !text.includes(`--${name}`));
  const words = flags.map((name) => ` --${name} ${quoted(place[name] ?? '')}`).join('');
  return text.replace(/\bpearlctl ([a-z][a-z-]*)/g, (command, verb) => (VERBS.has(verb) ? command + words : command));
}

/** The flags of this kind on a command line, whatever else is wrong with it. */
export function placeOf(argv: readonly string[]): Place {
  const flag = (name: string) => {
    const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    return at < 0 ? undefined : (argv[at]?.split('=', 2)[1] ?? argv[at + 1]);
  };
  const scope = flag('scope');
  return {
    config: flag('config'),
    scope: scope === 'user' || scope === 'system' ? scope : undefined,
    instance: flag('instance'),
  };
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
