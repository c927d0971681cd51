// Which process a pid really is. An identity is boot id and start time, so that a pid which the system has given to
// another program since is never taken for ours, and never signalled.
import { readFileSync } from 'node:fs';
import { errnoOf, orNull } from '../../base/errors.ts';
import { native } from '../../native/native.ts';

/** Linux needs no addon for this. Its door is imported all the same: an `await` here would keep `require('pearlctl')` from working. */
const isLinux = process.platform === 'linux';

let bootIdentifier: string | undefined;

/** The running kernel's boot id; the same word everywhere on a kernel that shows none (old ones of WSL, some sandboxes). */
function bootId(): string {
  bootIdentifier ??= isLinux
    ? (readText('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown-boot')
    : native().bootId();
  return bootIdentifier;
}

function readText(path: string): string | null {
  return orNull(() => readFileSync(path, 'latin1'));
}

/**
 * Start time of a process in the clock ticks of `/proc/PID/stat` (proc_pid_stat(5), field 22), or null when there is no
 * such process, or only its corpse: a zombie has ended, whatever its parent thinks.
 */
function linuxStartTime(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // Field 2 is the command in parentheses and may hold spaces and parentheses itself: count from behind the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  return state === undefined || state === 'Z' || state === 'X' || state === 'x' ? null : (fields[19] ?? null);
}

/** Identity of a running process, or null when there is none with this pid. */
export function processIdentity(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const started = isLinux ? linuxStartTime(pid) : native().processStartTime(pid);
  return started === null ? null : `${bootId()}:${started}`;
}

/** `USER_HZ`, the ticks of `/proc/PID/stat` in a second: 100 on every architecture that Node runs on (time(7)). */
const TICK_MS = 10;

/**
 * Whether a process started after a moment (Unix milliseconds), reckoned from the start of this one; false where that cannot be
 * told. Clocks may have been set since, so only minutes count.
 */
export function startedAfter(pid: number, momentMs: number): boolean {
  if (!isLinux) return false;
  const [own, other] = [linuxStartTime(process.pid), linuxStartTime(pid)];
  if (own === null || other === null) return false;
  return performance.timeOrigin + (Number(other) - Number(own)) * TICK_MS > momentMs;
}

/**
 * What became of a process that was noted with its identity.
 * `other`: the pid now belongs to another process. `hidden`: a process with this pid exists, but this user may not look at it.
 */
export type Liveness = 'alive' | 'gone' | 'other' | 'hidden';

export function liveness(pid: number, identity: string | null): Liveness {
  const now = processIdentity(pid);
  if (now !== null) return now === identity ? 'alive' : 'other';
  // Its start time cannot be read: either it is gone, or /proc hides it from us (mounted with hidepid).
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM' && isOfThisBoot(identity) ? 'hidden' : 'gone';
  }
  // A zombie of our own user still takes signal 0.
  return 'gone';
}

function isOfThisBoot(identity: string | null): boolean {
  return identity?.startsWith(`${bootId()}:`) ?? false;
}

/** True when the noted process still runs (also when only its existence can be seen). */
export function isAlive(pid: number | null, identity: string | null): boolean {
  if (pid === null) return false;
  const found = liveness(pid, identity);
  return found === 'alive' || found === 'hidden';
}

/**
 * Signals a process only if it is verifiably the one that was noted.
 *
 * @returns false when it is gone, belongs to another process, or cannot be verified; then nothing was sent.
 */
export function signalVerified(pid: number, identity: string | null, signal: NodeJS.Signals): boolean {
  return liveness(pid, identity) === 'alive' && (orNull(() => process.kill(pid, signal)) ?? false);
}
