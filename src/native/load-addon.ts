// Finds and loads the addon's file. One that is missing, foreign or cut off becomes an error that says what was tried and
// what is likely wrong.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { messageOf, PearlError } from '../base/errors.ts';
import { type ImageFlaw, imageFlaw } from './addon-image.ts';
import type { Addon } from './interface.ts';

/**
 * Loads the addon for this platform from the first of `folders` (each ending in a slash) that has one which works.
 * Throws NATIVE_MISSING, or NATIVE_MISMATCH for one that was built as another version than `version`.
 */
export function loadAddon(folders: readonly string[], version: string): Addon {
  const wanted = `pearlctl.${platform}-${arch}`;
  const require = createRequire(import.meta.url);
  const tried: string[] = [];
  const foreign: string[] = [];
  const flaws: ImageFlaw[] = [];
  for (const folder of folders) {
    const built = addonsIn(folder);
    const fitting = built.filter((name) => name.startsWith(wanted));
    if (fitting.length === 0) tried.push(`${folder}${wanted}*.node: not there`);
    foreign.push(...built.filter((name) => !fitting.includes(name)));
    for (const name of fitting) {
      try {
        const flaw = imageFlaw(`${folder}${name}`, platform, arch);
        if (flaw !== null) {
          flaws.push(flaw);
          throw new Error(flaw.text);
        }
        // oxlint-disable-next-line import/no-dynamic-require -- the addon's file name says for which machine it was built
        return checkVersion(require(`${folder}${name}`) as Addon, `${folder}${name}`, version);
      } catch (error) {
        if (error instanceof PearlError) throw error;
        tried.push(`${folder}${name}: ${messageOf(error)}`);
      }
    }
  }
  throw new PearlError('NATIVE_MISSING', `The native addon cannot be loaded. Tried ${tried.join('; ')}.`, {
    hint: hintFor(wanted, foreign, tried, flaws),
  });
}

function addonsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('pearlctl.') && name.endsWith('.node'));
  } catch {
    return [];
  }
}

function hintFor(
  wanted: string,
  foreign: readonly string[],
  tried: readonly string[],
  flaws: readonly ImageFlaw[],
): string {
  const flawed = (kind: ImageFlaw['kind']) => flaws.some((flaw) => flaw.kind === kind);
  if (flawed('cut-off')) return 'It was not copied to its end: install it again, or run `npm run build:native`.';
  if (flawed('foreign')) return 'It was built for another machine: run `npm run build:native`.';
  if (tried.some((line) => /GLIBC|musl/i.test(line))) {
    return 'It was built for a newer or another C library: build it on this machine with `npm run build:native`.';
  }
  if (tried.some((line) => /failed to map segment|Operation not permitted/.test(line))) {
    return 'Its file system forbids to run programs (mounted noexec): move pearlctl elsewhere, or mount that one with exec.';
  }
  if (foreign.length > 0) {
    return `It was built for another machine (${foreign.join(', ')}, this is ${wanted}): run \`npm run build:native\`.`;
  }
  return 'It has probably not been built: run `npm run build:native`.';
}

function checkVersion(addon: Addon, path: string, version: string): Addon {
  const built = addon.version();
  if (built === version) return addon;
  throw new PearlError('NATIVE_MISMATCH', `The native addon ${path} is of version ${built}, pearlctl of ${version}.`, {
    hint: 'Build it again with `npm run build:native`.',
  });
}
