// The flags of the hot commands, from the same data as the parser's grammar. It runs when pearlctl is built: what comes out is
// put into the program as data (`scripts/bundle-entry.ts`), so that a hot command need not load its own options to read them.
import type { CommandEntry, OptionSpec } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import type { HotFlags, HotTable } from './hot.ts';

/** The plain flags of each command that the table calls hot. */
export async function hotTableOf(entries: readonly CommandEntry[]): Promise<HotTable> {
  const hot = entries.filter((entry) => entry.hot);
  return Object.fromEntries(await Promise.all(hot.map(async (entry) => [entry.name, await flagsOf(entry)] as const)));
}

/** Only what reads the same without the parser; the rest is left to it. */
async function flagsOf(entry: CommandEntry): Promise<HotFlags> {
  const { command } = await entry.load();
  const options: [string, OptionSpec][] = Object.entries({ ...GLOBAL_OPTIONS, ...command.options });
  const required = [...Object.values(command.options), ...Object.values(command.positionals)];
  if (required.some(({ demandOption }) => demandOption)) throw new Error(`${entry.name} needs words, and is not hot`);
  const plain = options.filter(([name, spec]) => /^[a-z]+$/.test(name) && isPlain(spec));
  return {
    switches: plain.filter(([, { type }]) => type === 'boolean').map(([name]) => name),
    values: Object.fromEntries(
      plain
        .filter(([, { type }]) => type !== 'boolean')
        .map(([name, { choices }]) => [name, choices === undefined ? 'any' : choices.map(String)]),
    ),
  };
}

/** A default would have to be filled in, and what excludes another flag be compared with it. */
function isPlain({ type, array, conflicts, default: usual }: OptionSpec): boolean {
  const isText = type === 'boolean' || type === 'string' || type === undefined;
  return isText && array !== true && conflicts === undefined && usual === undefined;
}
