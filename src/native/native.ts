// The only door to the native addon: loads it once, at the first call, and gives its failures codes of ours.
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { VERSION } from '../base/version.ts';
import { platformFolders } from './addon-places.ts';
import { coded } from './coded.ts';
import type { Addon, Native } from './interface.ts';
import { loadAddon } from './load-addon.ts';
import { createMiner } from './miner-handle.ts';
import { startBench } from './start-bench.ts';

export type * from './interface.ts';

/** In an installed runtime; beside dist/bundle; beside dist/js; where the sources are run as they are. Then npm's package. */
const FOLDERS = ['./', '../native/', '../../native/', '../../dist/native/'];

let loaded: Native | undefined;

/** The addon, loaded at the first call. Throws NATIVE_MISSING or NATIVE_MISMATCH. */
export function native(): Native {
  if (loaded === undefined) {
    const beside = FOLDERS.map((relative) => join(import.meta.dirname, relative));
    const packages = platformFolders(import.meta.filename, platform, arch).map((folder) => `${folder}/`);
    loaded = adapt(loadAddon([...beside, ...packages], VERSION));
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
