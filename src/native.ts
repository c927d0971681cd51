// The only door to the native addon: loads it once, lazily, and gives its failures codes of ours. A missing or foreign
// addon becomes an error that says what was tried and what is likely wrong.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, errnoOf, PearlError } from './errors.ts';
import type { MinerOptions, Native, NativeEvent, NativeMiner } from './native/interface.ts';
import { VERSION } from './version.ts';

export type * from './native/interface.ts';

/** What the addon exports where it differs from `Native`. */
type Addon = Omit<Native, 'version' | 'createMiner'> & {
  version(): string;
  Miner: new (options: MinerOptions, onEvent: (event: NativeEvent) => void) => NativeMiner;
};

/** Beside an installed bundle, beside dist/js and dist/bundle, and where the sources are run as they are. */
const FOLDERS = ['./', '../native/', '../dist/native/'];

let loaded: Native | undefined;

/** The addon, loaded at the first call. Throws NATIVE_MISSING or NATIVE_MISMATCH. */
export function native(): Native {
  loaded ??= adapt(load());
  return loaded;
}

function load(): Addon {
  const wanted = `pearlctl.${platform}-${arch}`;
  const require = createRequire(import.meta.url);
  const tried: string[] = [];
  const foreign: string[] = [];
  for (const folder of FOLDERS.map((relative) => fileURLToPath(new URL(relative, import.meta.url)))) {
    const built = addonsIn(folder);
    const fitting = built.filter((name) => name.startsWith(wanted));
    if (fitting.length === 0) tried.push(`${folder}${wanted}*.node: not there`);
    foreign.push(...built.filter((name) => !fitting.includes(name)));
    for (const name of fitting) {
      try {
        return checkVersion(require(`${folder}${name}`) as Addon, folder + name);
      } catch (error) {
        if (error instanceof PearlError) throw error;
        tried.push(`${folder}${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  throw new PearlError('NATIVE_MISSING', `The native addon cannot be loaded. Tried ${tried.join('; ')}.`, {
    hint: hintFor(wanted, foreign, tried),
  });
}

function addonsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('pearlctl.') && name.endsWith('.node'));
  } catch {
    return [];
  }
}

function hintFor(wanted: string, foreign: readonly string[], tried: readonly string[]): string {
  if (tried.some((line) => /GLIBC|musl/i.test(line))) {
    return 'It was built for a newer or another C library: build it on this machine with `npm run build:native`.';
  }
  if (foreign.length > 0) {
    return `It was built for another machine (${foreign.join(', ')}, this is ${wanted}): run \`npm run build:native\`.`;
  }
  return 'It has probably not been built: run `npm run build:native`.';
}

function checkVersion(addon: Addon, path: string): Addon {
  const built = addon.version();
  if (built === VERSION) return addon;
  throw new PearlError(
    'NATIVE_MISMATCH',
    `The native addon ${path} is of version ${built}, this is pearlctl ${VERSION}.`,
    {
      hint: 'Build it again with `npm run build:native`.',
    },
  );
}

/** Turns the addon's expected failures into errors with a code of ours; everything else goes straight through. */
function adapt(addon: Addon): Native {
  return {
    ...addon,
    version: addon.version(),
    createMiner: (options, onEvent) => coded('KERNEL_UNKNOWN', () => new addon.Miner(options, onEvent)),
    inspect: (proof) => coded('INPUT_INVALID', () => addon.inspect(proof)),
    patternFromIndices: (indices) => coded('SHAPE_INVALID', () => addon.patternFromIndices(indices)),
    execReplace: (command, args, env) => coded('CHILD_FAILED', () => addon.execReplace(command, args, env)),
  };
}

function coded<T>(code: ErrorCode, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const reason = errnoOf(cause);
    const message = cause instanceof Error ? cause.message : String(cause);
    // A broken proof names its reason as the code; the codes of napi-rs itself say nothing.
    const named = reason !== undefined && /^[a-z_0-9]+$/.test(reason);
    throw new PearlError(code, named ? `${reason}: ${message}` : message, { cause });
  }
}
