// Where this program's own files are: in a package (dist/js beside templates) or in an installed runtime (one bundle).
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PearlError } from '../../base/errors.ts';

/** Looking further up than this would find the package of another program. */
const MAX_LEVELS = 6;

/** The folder that holds `package.json` and `templates/` of the running program. */
export function programFolder(start: string = dirname(fileURLToPath(import.meta.url))): string {
  let folder = start;
  for (let level = 0; level < MAX_LEVELS; level++) {
    if (existsSync(join(folder, 'templates', 'systemd')) && existsSync(join(folder, 'package.json'))) return folder;
    folder = dirname(folder);
  }
  throw new PearlError('INTERNAL', `No pearlctl package was found around ${start}.`, {
    hint: 'Install pearlctl again: its files are incomplete.',
  });
}

/** The version that a package calls itself. Throws INTERNAL for one that has none. */
export function programVersion(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new PearlError('INTERNAL', `The package in ${folder} has no version.`, {
    hint: 'Install pearlctl again: its files are incomplete.',
  });
}
