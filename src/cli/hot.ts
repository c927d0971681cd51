// The hot commands: typed often, run by scripts every few seconds, or started by the supervisor in the place of one that
// died. Their plain spellings are recognised here without the argument parser; anything else, and every mistake, is left
// to it, so that there is one voice for errors and help.
import type { Command, OptionSpec } from './command.ts';
import type { GlobalFlags } from './command-context.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

type HotArguments = GlobalFlags & Record<string, string | boolean>;

/** What the words behind a hot command say where they spell it plainly, or null. */
export function hotArguments(words: readonly string[], command: Command): HotArguments | null {
  const options: Readonly<Record<string, OptionSpec>> = { ...GLOBAL_OPTIONS, ...command.options };
  const args: Record<string, string | boolean> = {};
  for (let i = 0; i < words.length; i++) {
    const [, flag, attached] = /^--([a-z]+)(?:=(.+))?$/s.exec(words[i] ?? '') ?? [];
    if (flag === undefined || Object.hasOwn(args, flag) || !Object.hasOwn(options, flag)) return null;
    const spec = options[flag];
    if (!spec || !isPlain(spec)) return null;
    if (spec.type === 'boolean') {
      if (attached !== undefined) return null;
      args[flag] = true;
      continue;
    }
    const value = attached ?? words[++i];
    // The parser has rules of its own for what begins like a flag, and takes quotes off.
    if (!value || /^[-'"]/.test(value)) return null;
    if (spec.choices !== undefined && !spec.choices.includes(value)) return null;
    args[flag] = value;
  }
  return args;
}

/** A default would have to be filled in, and what excludes another flag be compared with it. */
function isPlain({ type, array, conflicts, default: usual }: OptionSpec): boolean {
  const isText = type === 'boolean' || type === 'string' || type === undefined;
  return isText && array !== true && conflicts === undefined && usual === undefined;
}
