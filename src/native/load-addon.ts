// Finds and loads the addon's file. One that is missing, foreign or cut off becomes an error that says what was tried and
// what is likely wrong.
import { createRequire } from 'node:module';
import { arch, platform } from 'node:process';
import { messageOf, PearlError } from '../base/errors.ts';
import { type CopyOwner, REINSTALL } from '../base/packaging/owner.ts';
import { programOwner } from '../base/packaging/this-copy.ts';
import { addonHint } from './addon-hint.ts';
import { type ImageFlaw, imageFlaw } from './addon-image.ts';
import { addonsIn } from './addon-places.ts';
import type { Addon } from './interface.ts';

/**
 * Loads the addon for this platform from the first of `folders` (each ending in a slash) that has one which works.
 * Throws NATIVE_MISSING, or NATIVE_MISMATCH for one that was built as another version than `version`; `owner` says who
 * installed this copy, and so what helps.
 */
export function loadAddon(folders: readonly string[], version: string, owner: () => CopyOwner = programOwner): Addon {
  const wanted = `pearlctl.${platform}-${arch}`;
  const require = createRequire(import.meta.filename);
  const tried: string[] = [];
  const foreign: string[] = [];
  const flaws: ImageFlaw['kind'][] = [];
  for (const folder of folders) {
    const built = addonsIn(folder);
    const fitting = built.filter((name) => name.startsWith(wanted));
    if (fitting.length === 0) tried.push(`${folder}${wanted}*.node: not there`);
    foreign.push(...built.filter((name) => !fitting.includes(name)));
    for (const name of fitting) {
      try {
        const flaw = imageFlaw(`${folder}${name}`, platform, arch);
        if (flaw !== null) {
          flaws.push(flaw.kind);
          throw new Error(flaw.text);
        }
        // oxlint-disable-next-line import/no-dynamic-require -- the addon's file name says for which machine it was built
        return checkVersion(require(`${folder}${name}`) as Addon, `${folder}${name}`, version, owner);
      } catch (error) {
        if (error instanceof PearlError) throw error;
        tried.push(`${folder}${name}: ${messageOf(error)}`);
      }
    }
  }
  throw new PearlError('NATIVE_MISSING', `The native addon cannot be loaded. Tried ${tried.join('; ')}.`, {
    hint: addonHint({ owner: owner(), platform, arch, tried, foreign, flaws }),
  });
}

function checkVersion(addon: Addon, path: string, version: string, owner: () => CopyOwner): Addon {
  const built = addon.version();
  if (built === version) return addon;
  throw new PearlError('NATIVE_MISMATCH', `The native addon ${path} is of version ${built}, pearlctl of ${version}.`, {
    hint: `${REINSTALL[owner()]}.`,
  });
}
