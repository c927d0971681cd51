// Where this program's own files are, and what they say of themselves: a package, a checkout with its build, or the runtime
// that `install` laid down.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { orNull, PearlError } from '../errors.ts';
import { object, parseJson } from '../json-fields.ts';
import { type CopyOwner, MARKER, ownerOf, REINSTALL } from './owner.ts';

/** Looking further up than this would find the package of another program. */
const MAX_LEVELS = 6;

const HERE = import.meta.dirname;

/** The folder that holds `package.json` and `templates/` of the running program. */
export function programFolder(start: string = HERE): string {
  let folder = start;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (existsSync(join(folder, 'templates', 'systemd')) && existsSync(join(folder, 'package.json'))) return folder;
    folder = dirname(folder);
  }
  throw new PearlError('INTERNAL', `No pearlctl package was found around ${start}.`, {
    hint: 'Install pearlctl again: its files are incomplete.',
  });
}

/** As semver.org writes one, bounded: it becomes the name of a folder, which root removes one day. */
const SEMVER = /^\d{1,9}(?:\.\d{1,9}){2}(?:[-+][0-9A-Za-z.+-]{1,32})?$/;

/** Whether it is an exact version, of which npm has one or none. */
export function isVersion(text: string): boolean {
  return SEMVER.test(text);
}

/** The version that a package calls itself. Throws INTERNAL for one that has none. */
export function programVersion(folder: string): string {
  const version = object(parseJson(orNull(() => readFileSync(join(folder, 'package.json'), 'utf8')) ?? ''))?.version;
  if (typeof version === 'string' && isVersion(version)) return version;
  throw new PearlError('INTERNAL', `The package in ${folder} has no version.`, {
    hint: `${REINSTALL[programOwner(folder)]}.`,
  });
}

/** The owner of the program in `folder`. */
export function programOwner(folder: string = programFolder()): CopyOwner {
  const marker = join(folder, MARKER);
  return ownerOf({
    folder: realpathSync(folder),
    marker: existsSync(marker) ? readFileSync(marker, 'utf8') : null,
    laid: existsSync(join(folder, '.complete')),
    sources: existsSync(join(folder, 'native', 'Cargo.toml')),
  });
}

/** What Node has to be given to run this program's commands: the bundle where this is one, else the build of a checkout. */
export function programEntry(): string {
  const bundle = join(HERE, 'pearlctl.mjs');
  return existsSync(bundle) ? bundle : join(programFolder(), 'dist', 'js', 'cli.js');
}
