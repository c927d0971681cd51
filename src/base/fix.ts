// What to do about a failure or a finding, as a value: a sentence, and in it the pearlctl commands as words of their own. So
// each place that shows one can add the flags of the instance it is about, and a program can be given the command to run.
import type { InstanceFlags } from './instance.ts';

/** A pearlctl command line: `verb` and what follows it. */
export interface FixCommand {
  readonly verb: string;
  readonly args: readonly string[];
  /** Only root can run it. */
  readonly root?: boolean;
  /** It asks questions, or one of its words stands for a value that a person has to choose: no program can run it. */
  readonly byHand?: boolean;
}

/** An imperative sentence. `say` is cut where a command stands, so it is always one longer than `commands`. */
export interface Fix {
  readonly say: readonly string[];
  readonly commands: readonly FixCommand[];
}

/** A sentence with the commands in their places: fix`Go on with: ${pearlctl('resume')}`. */
export function fix(texts: TemplateStringsArray, ...parts: readonly (FixCommand | Fix | string | number)[]): Fix {
  const say = [texts[0] ?? ''];
  const commands: FixCommand[] = [];
  const add = (text: string) => say.push((say.pop() ?? '') + text);
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'object') {
      add(String(part));
    } else if ('say' in part) {
      add(part.say[0] ?? '');
      say.push(...part.say.slice(1));
      commands.push(...part.commands);
    } else {
      commands.push(part);
      say.push('');
    }
    add(texts[index + 1] ?? '');
  }
  return { say, commands };
}

/** The command `pearlctl VERB ARGS…`. */
export function pearlctl(verb: string, ...args: readonly string[]): FixCommand {
  return { verb, args };
}

/** The same, run by root. */
export function sudoPearlctl(verb: string, ...args: readonly string[]): FixCommand {
  return { verb, args, root: true };
}

/** The same, where a person has to fill something in or to answer. */
export function pearlctlByHand(verb: string, ...args: readonly string[]): FixCommand {
  return { verb, args, byHand: true };
}

/** A fix that is a sentence, or one command and nothing else. */
export function asFix(from: Fix | FixCommand | string): Fix {
  if (typeof from === 'string') return { say: [from], commands: [] };
  return 'say' in from ? from : { say: ['', ''], commands: [from] };
}

/** The same fix with each of its texts changed. */
export function mapFix({ say, commands }: Fix, change: (text: string) => string): Fix {
  return {
    say: say.map(change),
    commands: commands.map(({ args, ...command }) => ({ ...command, args: args.map(change) })),
  };
}

/** The sentence for people, with `flags` in each command that does not say them already. */
export function fixText({ say, commands }: Fix, flags: InstanceFlags = {}): string {
  return say.map((text, index) => text + shown(commands[index], flags)).join('');
}

/** The first command as a program runs it, or null where there is none that a program could run. */
export function fixCommand({ commands }: Fix, flags: InstanceFlags = {}): string[] | null {
  const [first] = commands;
  return first === undefined || first.byHand === true ? null : wordsOf(first, flags);
}

/** The fix of which `text` and `command` were shown, so far as these tell: other commands of the text are words of it. */
export function fixOf(text: string, command: readonly string[] | null): Fix {
  const root = command?.[0] === 'sudo';
  const [program, verb, ...args] = (root ? command?.slice(1) : command) ?? [];
  if (program !== 'pearlctl' || verb === undefined) return asFix(text);
  const found: FixCommand = { verb, args, ...(root ? { root } : {}) };
  const words = shown(found, {});
  const at = text.indexOf(words);
  return at < 0 ? asFix(text) : { say: [text.slice(0, at), text.slice(at + words.length)], commands: [found] };
}

/** A fix that was written as JSON; a sentence alone is one too. Null for anything else. */
export function readFix(value: unknown): Fix | null {
  if (typeof value === 'string') return asFix(value);
  if (typeof value !== 'object' || value === null || !('say' in value) || !('commands' in value)) return null;
  const { say, commands } = value;
  if (!isTexts(say) || !Array.isArray(commands) || say.length !== commands.length + 1) return null;
  return commands.every(isCommand) ? { say, commands } : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCommand(value: unknown): value is FixCommand {
  if (typeof value !== 'object' || value === null || !('verb' in value) || !('args' in value)) return false;
  const isFlag = (flag: unknown) => flag === undefined || typeof flag === 'boolean';
  const flags = ['root' in value ? value.root : undefined, 'byHand' in value ? value.byHand : undefined];
  return typeof value.verb === 'string' && isTexts(value.args) && flags.every(isFlag);
}

function shown(command: FixCommand | undefined, flags: InstanceFlags): string {
  return command === undefined ? '' : wordsOf(command, flags).map(quoted).join(' ');
}

/** What anyone may do with a system service; all else is root's. */
const LOOKS = new Set('bench completion demo doctor list logs metrics pools render self-test status verify'.split(' '));

/** A help page is the same for every instance. */
function wordsOf({ verb, args, root }: FixCommand, flags: InstanceFlags): string[] {
  const needsRoot = root === true || (flags.asRoot === true && !LOOKS.has(verb) && !args.includes('--help'));
  const missing = (['config', 'scope', 'instance'] as const).flatMap((name) => {
    const value = flags[name];
    return value === undefined || args.includes(`--${name}`) || args.includes('--help') ? [] : [`--${name}`, value];
  });
  const program = needsRoot ? ['sudo', ...programForRoot(node?.argv ?? [])] : ['pearlctl'];
  return [...program, verb, ...missing, ...args];
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The page in a browser takes fixes from here too: there is no Node there. */
interface NodeHost {
  readonly argv: readonly string[];
  getBuiltinModule(name: 'node:fs'): {
    accessSync(path: string, mode: number): void;
    realpathSync(path: string): string;
  };
}
const node = (globalThis as { readonly process?: NodeHost }).process;
/** X_OK of access(2). */
const EXECUTABLE = 1;

/** How the command line's entry is called: as npm links it, as it is built, in a package, and in the bundle of a service. */
const ENTRIES = ['pearlctl', 'cli.js', 'pearlctl.cjs', 'pearlctl.mjs'];
/** What sudo's own PATH (secure_path of sudoers(5)) has everywhere: neither a Node of nvm nor an npm prefix in a home folder. */
const ROOT_FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The words after `sudo`: the name where sudo finds it, else this Node and this program by their whole paths. */
export function programForRoot(
  [interpreter = '', entry = '']: readonly string[],
  folders: readonly string[] = ROOT_FOLDERS,
): readonly string[] {
  // As a library it cannot know where the command is.
  if (node === undefined || !ENTRIES.some((name) => entry.endsWith(`/${name}`))) return ['pearlctl'];
  const { accessSync, realpathSync } = node.getBuiltinModule('node:fs');
  const isProgram = (path: string) => {
    try {
      accessSync(path, EXECUTABLE);
      return true;
    } catch {
      return false;
    }
  };
  // The program's first line looks Node up by the same PATH.
  const found = ['pearlctl', 'node'].every((name) => folders.some((folder) => isProgram(`${folder}/${name}`)));
  return found ? ['pearlctl'] : [interpreter, realpathSync(entry)];
}
