// What this machine itself has of pearlctl, where it is installed: a box is laid over the machine's root, and hides it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where packages, installers and root's own services put files; no home is searched beyond its dot folders. */
const PLACES = ['/etc', '/usr', '/opt', '/srv', '/var'].concat(
  ['.config', '.local', '.cache'].map((name) => join(homedir(), name)),
);

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
  const places = PLACES.filter((place) => existsSync(place));
  // What vanishes while it looks, or may not be read, is none of ours: find(1) then ends with 1 all the same.
  const args = [...places, '-xdev', '-maxdepth', String(DEPTH), '-name', '*pearlctl*', '-prune', '-print0'];
  const { stdout, error } = spawnSync('find', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  return stdout.split('\0').filter((path) => path !== '');
}
