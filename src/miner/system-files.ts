// The small files of /sys and /proc that tell how a machine stands, below a root that a test puts elsewhere. Nothing throws.
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../base/errors.ts';

/** Most files that are read are far smaller. */
const MAX_CHARACTERS = 4096;

/** Where to read. `root` is put before /sys and /proc. */
export interface SystemFiles {
  readonly platform: NodeJS.Platform;
  list(path: string): string[];
  /** The trimmed text, at most `most` characters of it (4096), or null where there is none or it may not be read. */
  read(path: string, most?: number): string | null;
  exists(path: string): boolean;
  readable(path: string): boolean;
}

export function openSystemFiles(root = '', platform: NodeJS.Platform = process.platform): SystemFiles {
  return {
    platform,
    list: (path) => orNull(() => readdirSync(join(root, path)).sort()) ?? [],
    read: (path, most = MAX_CHARACTERS) => orNull(() => readFileSync(join(root, path), 'utf8').slice(0, most).trim()),
    exists: (path) => existsSync(join(root, path)),
    readable: (path) => orNull(() => accessSync(join(root, path), constants.R_OK)) !== null,
  };
}

/** A whole number of a file, exact; null for anything else. */
export function readWholeNumber(text: string | null): bigint | null {
  return text !== null && /^-?\d{1,19}$/.test(text) ? BigInt(text) : null;
}
