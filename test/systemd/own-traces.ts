// What this machine itself has of pearlctl, where it is installed: a box is laid over the machine's root, and hides it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where packages, installers and root's own services put files. */
const PLACES = ['/etc', '/usr', '/opt', '/srv', '/var'];

/** Deeper than `/usr/share/bash-completion/completions/pearlctl` and `~/.config/systemd/user/x.wants/pearlctl.service`. */
const DEPTH = 6;

let found: readonly string[] | null = null;

/** The topmost paths that carry the name. */
export function ownTraces(): readonly string[] {
  found ??= search();
  return found;
}

/** Whether a box hides this path of the machine. */
export function isHidden(path: string): boolean {
  return ownTraces().some((own) => path === own || path.startsWith(`${own}/`));
}

function search(): string[] {
  // Of a home only its dot folders are searched: services are there, and what debuggers copy of a checkout (perf: `.debug`).
  const dotFolders = readdirSync(homedir(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.startsWith('.'))
    .map(({ name }) => join(homedir(), name));
  const places = [...PLACES.filter((place) => existsSync(place)), ...dotFolders];
  // What vanishes while it looks, or may not be read, is none of ours: find(1) then ends with 1 all the same.
  const args = [...places, '-xdev', '-maxdepth', String(DEPTH), '-name', '*pearlctl*', '-prune', '-print0'];
  const { stdout, error } = spawnSync('find', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  // A checkout may be in such a folder: the one that these tests are run from stays.
  return stdout.split('\0').filter((path) => path !== '' && !import.meta.dirname.startsWith(`${path}/`));
}
