// The only door to the native addon: loads it once, at the first call, and gives its failures codes of ours.
import { fileURLToPath } from 'node:url';
import { startBench } from './native/bench.ts';
import { coded } from './native/coded.ts';
import type { Native } from './native/interface.ts';
import { type Addon, loadAddon } from './native/load.ts';
import { createMiner } from './native/miner.ts';
import { VERSION } from './version.ts';

export type * from './native/interface.ts';

/** Beside an installed bundle, beside dist/js and dist/bundle, and where the sources are run as they are. */
const FOLDERS = ['./', '../native/', '../dist/native/'];

let loaded: Native | undefined;

/** The addon, loaded at the first call. Throws NATIVE_MISSING or NATIVE_MISMATCH. */
export function native(): Native {
  if (loaded === undefined) {
    const folders = FOLDERS.map((relative) => fileURLToPath(new URL(relative, import.meta.url)));
    loaded = adapt(loadAddon(folders, VERSION));
  }
  return loaded;
}

/** Turns the addon's expected failures into errors with a code of ours; everything else goes straight through. */
function adapt(addon: Addon): Native {
  return {
    ...addon,
    version: addon.version(),
    createMiner: (options, onEvent) => createMiner(addon.Miner, options, onEvent),
    startBench: (options) => startBench(addon.Bench, options),
    inspect: (proof) => coded('INPUT_INVALID', () => addon.inspect(proof)),
    patternFromIndices: (indices) => coded('SHAPE_INVALID', () => addon.patternFromIndices(indices)),
    execReplace: (command, args, env) => coded('CHILD_FAILED', () => addon.execReplace(command, args, env)),
  };
}
