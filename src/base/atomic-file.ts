// Writing a file so that a reader sees the old content or the new one, never a part, and never through a planted link; and reading one
// that may be missing.
import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { orNull } from './errors.ts';

export interface AtomicWriteOptions {
  /** Permission bits, set exactly whatever the umask is. */
  mode: number;
  /** Whether the content must be on the disk before it gets its name: yes for what must survive a power cut. */
  durable: boolean;
  /** Its owner; without it, the writer. */
  owner?: { uid: number; gid: number };
  /** Fails with EEXIST where there is something by now, instead of replacing it. */
  exclusive?: boolean;
}

/**
 * Replaces `path` with `text`: a new file in the same folder, its mode, optionally fsync of file and folder, then rename.
 *
 * The new file is made with O_EXCL and O_NOFOLLOW under a random name, and rename replaces a symbolic link instead of
 * following it, so a link put in the way is never written through. The temporary file is gone when this throws.
 *
 * @returns the fingerprint of the new file, taken before any process could touch it.
 */
export function writeFileAtomically(path: string, text: string, options: AtomicWriteOptions): Fingerprint {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}-${freeName()}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = openSync(temporary, flags, 0o600);
  let written: Fingerprint;
  try {
    try {
      const bytes = Buffer.from(text, 'utf8');
      let length = 0;
      while (length < bytes.length) length += writeSync(file, bytes, length);
      if (options.owner) fchownSync(file, options.owner.uid, options.owner.gid);
      fchmodSync(file, options.mode);
      if (options.durable) fsyncSync(file);
      written = fingerprintOf(fstatSync(file, { bigint: true }));
    } finally {
      closeSync(file);
    }
    if (options.exclusive) linkSync(temporary, path);
    else renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  if (options.exclusive) removeQuietly(temporary);
  if (options.durable) syncFolder(folder);
  return written;
}

/**
 * Twelve hexadecimal digits. O_EXCL makes the file safe, so its name only has to be free: `node:crypto` would do no better, and
 * loading it costs `pause` a twentieth of Node's own start.
 */
function freeName(): string {
  return Math.random().toString(16).slice(2, 14).padEnd(12, '0');
}

/**
 * Removes what writers of `path` left that were killed between making their temporary file and renaming it. Only for the sole
 * writer of `path`: it would take a living writer's file away. A folder that cannot be read has nothing removed.
 */
export function removeTemporaries(path: string): void {
  const prefix = `.${basename(path)}-`;
  for (const name of orNull(() => readdirSync(dirname(path))) ?? []) {
    if (name.startsWith(prefix) && /^[0-9a-f]{12}$/.test(name.slice(prefix.length))) {
      removeQuietly(join(dirname(path), name));
    }
  }
}

/** The text of a file; null where it is missing, or may not be read. */
export function textOf(path: string): string | null {
  return orNull(() => readFileSync(path, 'utf8'));
}

/** Enough of a file's facts to see later that it was replaced or changed. */
export interface Fingerprint {
  inode: bigint;
  size: bigint;
  changedNs: bigint;
}

/** The fingerprint of what lies there now, without following a link; null when nothing does. */
export function fingerprint(path: string): Fingerprint | null {
  return orNull(() => fingerprintOf(lstatSync(path, { bigint: true })));
}

/** Whether a file is still the one that was written. */
export function isSameFile(before: Fingerprint, now: Fingerprint | null): boolean {
  return now !== null && before.inode === now.inode && before.size === now.size && before.changedNs === now.changedNs;
}

function fingerprintOf({ ino, size, mtimeNs }: BigIntStats): Fingerprint {
  return { inode: ino, size, changedNs: mtimeNs };
}

/** Makes the rename itself survive a power cut. Some file systems refuse fsync on a folder, and lose nothing by it. */
function syncFolder(folder: string): void {
  const handle = orNull(() => openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY));
  if (handle === null) return;
  // Where it fails, the content is complete and in place; only its survival of a power cut within seconds is not promised.
  orNull(() => fsyncSync(handle));
  orNull(() => closeSync(handle));
}

/** Also where it was never made, or the folder went away with it. */
function removeQuietly(path: string): void {
  orNull(() => unlinkSync(path));
}
