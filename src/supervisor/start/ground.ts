// What a supervisor stands on: its folders, and the lock that it holds for life. Both may be taken away while it runs.
import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { textOf } from '../../base/atomic-file.ts';
import { errnoOf, orNull, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { makeFolder } from '../../base/private-folder.ts';
import type { Paths } from '../../config/paths.ts';
import type { FileLock } from '../../native/interface.ts';
import { native } from '../../native/native.ts';
import { judgeLife } from '../../state/life.ts';
import { isAlive } from '../../state/sidecar/identity.ts';
import { readSidecar } from '../../state/sidecar/read-sidecar.ts';

/** Names the descriptor of an instance's lock that the parent process holds, and hands down with it. */
export const LOCK_DESCRIPTOR = 'PEARLCTL_LOCK_DESCRIPTOR';
/** As long as a look at the lock takes, and more: it locks for a moment too. */
const LOOK_MS = 5;
/** A process that only looks has the lock for a moment. One that has it at three looks in a row, a second apart, keeps it. */
const LOST_AFTER = 3;

/** Makes the folders of an instance, except the folder of the control socket. Throws `HOME_UNWRITABLE` or `DISK_FULL`. */
export function prepareFolders({ stateFolder, runtimeFolder, scope }: Paths): void {
  // In system scope any user may ask for the status: the runtime folder can be entered, what is private lies deeper.
  const runtimeMode = scope === 'system' ? 0o755 : 0o700;
  make(stateFolder, 0o700);
  make(runtimeFolder, runtimeMode);
}

/**
 * Makes the folder of the control socket, which no other user may enter. It may lie in the temporary folder, where others can
 * make one of that name first. Throws `HOME_UNWRITABLE` or `DISK_FULL`.
 */
export function preparePrivateFolder(path: string): void {
  make(path, 0o700);
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.()) {
    throw new PearlError('HOME_UNWRITABLE', `${path} belongs to another user.`, {
      hint: 'Remove it, or set TMPDIR to a folder of your own.',
    });
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
}

/** In the temporary folder nothing else removes it. It stays while something else lies in it. */
export function removePrivateFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Whatever is in the way, nothing ends otherwise for it.
  }
}

/** The mode of an existing folder is its owner's decision, of a new one ours, whatever the umask is. */
function make(path: string, mode: number): void {
  try {
    makeFolder(path, mode);
  } catch (error) {
    throw groundError(path, error);
  }
}

/** The error of a home that cannot be used, in words. */
export function groundError(path: string, error: unknown): unknown {
  if (error instanceof PearlError) return error;
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    const hint = 'Free some space there, then start again.';
    return new PearlError('DISK_FULL', `The disk is full: ${path} cannot be written.`, { hint, cause: error });
  }
  if (errno === undefined) return error;
  return new PearlError('HOME_UNWRITABLE', `${path} cannot be written (${errno}).`, {
    hint: 'Give this user the folder, or set PEARLCTL_HOME to one of its own.',
    cause: error,
  });
}

/** The lock of an instance, held until the process ends or lets it go. */
export class InstanceLock {
  /** Of this supervisor alone. It stands in the lock file, which this user and root can read. */
  readonly digestKey = randomBytes(16).toString('hex');
  readonly #paths: Paths;
  #held: FileLock;
  /** Looks in a row at which another process had the new lock file. */
  #refusals = 0;

  private constructor(paths: Paths, held: FileLock) {
    this.#paths = paths;
    this.#held = held;
  }

  /**
   * Throws `ALREADY_RUNNING` with the pid of the holder, `HOME_UNWRITABLE` or `DISK_FULL`.
   *
   * @param holder this process, or 0 for one that only hands the lock down: it is no supervisor that could be signalled.
   */
  static acquire(paths: Paths, holder = process.pid): InstanceLock {
    // A few rounds: the file that was locked may have been deleted and made again in between.
    for (let round = 0; round < 10; round++) {
      const held = tryLock(paths.lockFile);
      if (held === null) {
        if (native().isFileLocked(paths.lockFile)) throw alreadyRunning(paths);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_MS);
        continue;
      }
      if (inodeOf(paths.lockFile) === held.inode) return InstanceLock.#take(paths, held, holder);
      held.release();
    }
    throw new PearlError(
      'HOME_UNWRITABLE',
      `The lock ${paths.lockFile} is deleted again and again by another program.`,
    );
  }

  /** As `acquire`, but where the parent has the lock already and hands it down, that is taken over: there is no gap. */
  static inherit(paths: Paths, env: NodeJS.ProcessEnv): InstanceLock {
    const descriptor = Number(env[LOCK_DESCRIPTOR] ?? Number.NaN);
    delete env[LOCK_DESCRIPTOR];
    const held = Number.isInteger(descriptor) ? adoptLock(descriptor) : null;
    if (held === null || inodeOf(paths.lockFile) !== held.inode) return InstanceLock.acquire(paths);
    return InstanceLock.#take(paths, held);
  }

  static #take(paths: Paths, held: FileLock, holder = process.pid): InstanceLock {
    const lock = new InstanceLock(paths, held);
    lock.#refuseLiveOwner();
    lock.#sign(holder);
    return lock;
  }

  /** Of the open lock file, for a child that inherits it; null after the release. */
  get descriptor(): number | null {
    return this.#held.descriptor;
  }

  /**
   * Makes a deleted lock file again and locks it. Called every second.
   *
   * @returns false when another process has made and locked it in between: then this supervisor has to leave.
   */
  restore(): boolean {
    if (inodeOf(this.#paths.lockFile) === this.#held.inode) return true;
    prepareFolders(this.#paths);
    const held = tryLock(this.#paths.lockFile);
    if (held === null) {
      this.#refusals += 1;
      return this.#refusals < LOST_AFTER;
    }
    this.#refusals = 0;
    this.#held.release();
    this.#held = held;
    this.#sign();
    return true;
  }

  release(): void {
    this.#held.release();
  }

  /** A free lock beside a live supervisor means that its file was deleted a moment ago: it is still the one. */
  #refuseLiveOwner(): void {
    const sidecar = readSidecar(this.#paths.sidecarFile);
    const owner = sidecar.kind === 'valid' ? sidecar.value.supervisor : null;
    if (owner === null || owner.pid === process.pid || !isAlive(owner.pid, owner.identity)) return;
    this.#held.release();
    throw alreadyRunning(this.#paths);
  }

  /** Writes our pid into the file, for the supervisors that are refused, and the key. In place: the inode carries the lock. */
  #sign(holder = process.pid): void {
    try {
      writeFileSync(this.#paths.lockFile, `${holder} ${this.digestKey}\n`, { flag: 'r+' });
    } catch {
      // The lock holds without it; the sidecar knows the pid too.
    }
  }
}

function tryLock(path: string): FileLock | null {
  try {
    return native().lockFile(path);
  } catch (error) {
    throw groundError(path, error);
  }
}

function adoptLock(descriptor: number): FileLock | null {
  try {
    return native().adoptFileLock(descriptor);
  } catch (error) {
    if (error instanceof PearlError) throw error;
    return null;
  }
}

function inodeOf(path: string): bigint | null {
  return orNull(() => statSync(path, { bigint: true }).ino);
}

function alreadyRunning(paths: Paths): PearlError {
  const pid = holderPid(paths);
  const who = pid === null ? '' : ` (pid ${pid})`;
  return new PearlError('ALREADY_RUNNING', `A supervisor${who} already runs in ${paths.runtimeFolder}.`, {
    hint: fix`Look at it with: ${pearlctl('status')}. A second one needs --instance NAME or another PEARLCTL_HOME.`,
  });
}

function holderPid(paths: Paths): number | null {
  const life = judgeLife(paths, native);
  if (life.kind === 'alive') return life.pid;
  const pid = Number(readLock(paths.lockFile)?.[0] ?? 0);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** The key with which the supervisor that holds this lock made its digests; null where that cannot be read. */
export function readDigestKey(lockFile: string): string | null {
  const key = readLock(lockFile)?.[1] ?? '';
  return /^[0-9a-f]{32}$/.test(key) ? key : null;
}

/** The words of its first line, which its last holder wrote; what lies behind may be left of one before. */
function readLock(path: string): string[] | null {
  const text = textOf(path);
  return text?.split('\n', 1)[0]?.split(' ') ?? null;
}
