// Lays a runtime down: complete under a temporary name first, then one rename, so that no half of a version is ever used;
// and tells whether one that was laid down is still whole.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../../base/private-folder.ts';
import { digestFile, digestRuntime, type RuntimeSource } from './runtime-source.ts';

/** Holds the digest; written last, so that it also says that the folder is complete. */
const SEAL = '.complete';
/** The digest of a program that is no copy of Node any more, byte for byte: macOS keeps the signature in the file. */
const PROGRAM = '.program';

/** The digest of the runtime in `folder`, or null when there is none. */
export async function readSeal(folder: string, name = SEAL): Promise<string | null> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => null);
  return text !== null && /^[0-9a-f]{64}\n$/.test(text) ? text.trim() : null;
}

/**
 * Whether `folder` holds what `source` is, to the last byte, and all accounts may read it. A clean-up, changed modes or a
 * lost disk block damage it, and then only another copy helps.
 */
export async function isWhole(source: RuntimeSource, folder: string): Promise<boolean> {
  if ((await readSeal(folder)) !== source.digest) return false;
  const program = join(folder, 'bin', 'pearlctl');
  const files = source.files.map(({ to }) => ({ from: join(folder, to), to }));
  try {
    if (source.node.how === 'in-place' && (await readlink(program)) !== source.node.path) return false;
    const own = files.flatMap(({ from, to }) => [from, ...parentsOf(to).map((parent) => join(folder, parent))]);
    // A Node in its own place has the modes that its owner gave it.
    for (const path of source.node.how === 'copy' ? [...own, program] : own) {
      if (((await stat(path)).mode & 0o444) !== 0o444) return false;
    }
    const changed = await readSeal(folder, PROGRAM);
    if (changed !== null && changed !== (await digestFile(program))) return false;
    return (await digestRuntime(files, source.node, changed === null ? program : source.node.path)) === source.digest;
  } catch {
    return false;
  }
}

/**
 * Copies the runtime to `folder`, whose parent must exist, in place of one of ours that is there. Folders get 0755, files
 * 0644, programs 0755.
 *
 * @param claim what else is done to the copy before it is in its place.
 */
export async function layRuntime(
  source: RuntimeSource,
  folder: string,
  platform: NodeJS.Platform,
  claim?: (folder: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(folder), `.${basename(folder)}-${randomBytes(4).toString('hex')}`);
  try {
    await makeOpenFolder(temporary);
    for (const { from, to } of source.files) {
      for (const parent of parentsOf(to)) await makeOpenFolder(join(temporary, parent));
      await copy(from, join(temporary, to), 0o644);
    }
    await makeOpenFolder(join(temporary, 'bin'));
    await layNode(source, temporary, platform);
    if (claim !== undefined) {
      await claim(temporary);
      const program = await digestFile(join(temporary, 'bin', 'pearlctl'));
      await writeFile(join(temporary, PROGRAM), `${program}\n`, { mode: 0o644, flush: true });
    }
    await writeFile(join(temporary, SEAL), `${source.digest}\n`, { mode: 0o644, flush: true });
    await putInPlace(temporary, folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** A folder without our seal stays what it is, and the rename fails. */
async function putInPlace(temporary: string, folder: string): Promise<void> {
  if ((await readSeal(folder)) === null) return rename(temporary, folder);
  // Begins with a dot as the other does: what is left of an interrupted install is removed by the next one.
  const old = `${temporary}-old`;
  await rename(folder, old);
  await rename(temporary, folder);
  await rm(old, { recursive: true, force: true });
}

/** On Linux the kernel names a process after the link it was started by; on macOS after the file. */
async function layNode(source: RuntimeSource, folder: string, platform: NodeJS.Platform): Promise<void> {
  const program = join(folder, 'bin', 'pearlctl');
  if (source.node.how === 'in-place') return symlink(source.node.path, program);
  if (platform === 'darwin') return copy(source.node.path, program, 0o755);
  await copy(source.node.path, join(folder, 'bin', 'node'), 0o755);
  await symlink('node', program);
}

async function makeOpenFolder(path: string): Promise<void> {
  makeFolder(path, 0o755);
  // Whatever the umask of the shell is: the service's account has to read it.
  await chmod(path, 0o755);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

async function copy(from: string, to: string, mode: number): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, mode);
  const handle = await open(to, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes every runtime below `root` but those named, and what interrupted installs left. Returns what is gone. */
export async function pruneRuntimes(root: string, keep: readonly string[]): Promise<string[]> {
  const gone: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (!entry.isDirectory() || keep.includes(entry.name)) continue;
    if ((await readSeal(path)) === null && !entry.name.startsWith('.')) continue;
    await rm(path, { recursive: true, force: true });
    gone.push(path);
  }
  return gone;
}
