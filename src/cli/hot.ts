// The hot commands: typed often, run by scripts every few seconds, or started by the supervisor in the place of one that
// died. Their plain spellings are recognised here without the argument parser; anything else, and every mistake, is left
// to it, so that there is one voice for errors and help.

/** What may stand behind a hot command. */
export interface HotFlags {
  /** Flags without a value. */
  readonly switches: readonly string[];
  /** Flags with one: any text, or one of these words. */
  readonly values: Readonly<Record<string, readonly string[] | 'any'>>;
}

/** The hot commands by their names (`hot-flags.ts`). */
export type HotTable = Readonly<Record<string, HotFlags>>;

export interface HotCall {
  readonly name: string;
  readonly args: Record<string, string | boolean>;
}

/** The hot command that these words spell plainly, with its arguments, or null. */
export function findHot(words: readonly string[], table: HotTable): HotCall | null {
  const [name = ''] = words;
  const flags = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!flags) return null;
  const args: Record<string, string | boolean> = {};
  for (let i = 1; i < words.length; i++) {
    const [, flag, attached] = /^--([a-z]+)(?:=(.+))?$/s.exec(words[i] ?? '') ?? [];
    if (flag === undefined || Object.hasOwn(args, flag)) return null;
    if (attached === undefined && flags.switches.includes(flag)) {
      args[flag] = true;
      continue;
    }
    const allowed = Object.hasOwn(flags.values, flag) ? flags.values[flag] : undefined;
    const value = attached ?? words[++i];
    // The parser has rules of its own for what begins like a flag, and takes quotes off.
    if (!allowed || !value || /^[-'"]/.test(value)) return null;
    if (allowed !== 'any' && !allowed.includes(value)) return null;
    args[flag] = value;
  }
  return { name, args };
}
