// Making a folder with those above it. Node's own recursive mkdir never returns where a file system answers ENOENT for a
// new entry of an existing folder, as /proc does.
import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './errors.ts';

/**
 * Makes `path`, and what is missing above it, with these permission bits whatever the umask is. An existing folder keeps
 * its own. Returns whether it was made; throws system errors.
 */
export function makeFolder(path: string, mode: number): boolean {
  try {
    return makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path) throw error;
    // Where the parent is there already, it is this very entry that cannot be made.
    if (!makeFolder(parent, mode)) throw error;
    return makeOne(path, mode);
  }
}

function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && statSync(path).isDirectory()) return false;
    throw error;
  }
  chmodSync(path, mode);
  return true;
}
