// Whether a supervisor lives here: the one judge for every command and for the library. The process table is asked first; where it
// shows nothing, the kernel's lock and the control socket know more: processes of another pid namespace cannot be seen, a service
// may be shown another boot id than a shell is, and a supervisor holds its lock before it writes its sidecar.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { orNull } from '../base/errors.ts';
import type { Paths } from '../config/paths.ts';
import type { Native } from '../native/interface.ts';
import { isAlive, processIdentity } from './sidecar/identity.ts';
import { readSidecar } from './sidecar/read-sidecar.ts';
import type { SidecarRecord } from './sidecar/sidecar-record.ts';
import type { FileReading } from './table/read-file.ts';

export type LifeFiles = Pick<Paths, 'sidecarFile' | 'lockFile' | 'controlSocket'>;

/**
 * What the sidecar is worth. `verified`: it names a process that is seen. `believed`: its supervisor lives, but the process numbers
 * in it cannot be checked from here. `stale`: it is missing, or an earlier supervisor's; the one that lives has only just started.
 */
type SidecarWorth = 'verified' | 'believed' | 'stale';

export type Life =
  | { readonly kind: 'dead' }
  | {
      /** Its process may be signalled. */
      readonly kind: 'alive';
      readonly pid: number;
      readonly identity: string;
      readonly sidecar: SidecarWorth;
      readonly socket: string;
    }
  /** It holds the lock where this process cannot see it: in another pid namespace, or as another user. */
  | { readonly kind: 'unseen'; readonly sidecar: SidecarWorth; readonly socket: string };

export type LifeKernel = Pick<Native, 'isFileLocked' | 'listenerPid'>;

const DEAD: Life = { kind: 'dead' };

/** Judges the life of an instance; loads the addon only where the process table does not show its supervisor. */
export async function lifeOf(files: LifeFiles, reading = readSidecar(files.sidecarFile)): Promise<Life> {
  const plain = plainLife(files, reading);
  if (plain !== null) return plain;
  const { native } = await import('../native/native.ts');
  return judgeLife(files, native, reading);
}

/** The same at once, for callers that have the addon at hand. */
export function judgeLife(files: LifeFiles, kernel: () => LifeKernel, reading = readSidecar(files.sidecarFile)): Life {
  return plainLife(files, reading) ?? heldLife(files, kernel, reading);
}

/** What needs no addon; null where the lock has to be asked. */
function plainLife({ lockFile, controlSocket }: LifeFiles, reading: FileReading<SidecarRecord>): Life | null {
  const named = supervisorIn(reading);
  if (named !== null && isAlive(named.pid, named.identity)) {
    return { kind: 'alive', ...named, sidecar: 'verified', socket: named.socket ?? controlSocket };
  }
  return existsSync(lockFile) ? null : DEAD;
}

function heldLife(files: LifeFiles, kernel: () => LifeKernel, reading: FileReading<SidecarRecord>): Life {
  const named = supervisorIn(reading);
  // Null where this user may not ask, or there is no addon to ask with.
  const held = orNull(() => kernel().isFileLocked(files.lockFile));
  // Another user's lock cannot be asked. The same number and the same start under another boot id are the same process.
  if (held === null && named !== null) return sameStart(named, files);
  if (held !== true) return DEAD;
  // Its own name for it may be a path of another container.
  for (const socket of new Set([files.controlSocket, named?.socket ?? files.controlSocket])) {
    const pid = kernel().listenerPid(socket);
    if (pid !== null) return seenAs(pid, named === null ? 'stale' : 'believed', socket);
  }
  const pid = holderOf(files.lockFile);
  const worth = named !== null && pid === named.pid ? 'believed' : 'stale';
  return seenAs(pid ?? 0, worth, files.controlSocket);
}

/** 0 is the kernel's number for a process that cannot be seen from here. */
function seenAs(pid: number, sidecar: SidecarWorth, socket: string): Life {
  const identity = pid === 0 ? null : processIdentity(pid);
  return identity === null ? { kind: 'unseen', sidecar, socket } : { kind: 'alive', pid, identity, sidecar, socket };
}

interface Named {
  readonly pid: number;
  readonly identity: string;
  readonly socket: string | null;
}

function supervisorIn(reading: FileReading<SidecarRecord>): Named | null {
  if (reading.kind !== 'valid' || reading.value.supervisor === null) return null;
  return { ...reading.value.supervisor, socket: reading.value.controlSocket };
}

function sameStart({ pid, identity, socket }: Named, { controlSocket }: LifeFiles): Life {
  const now = processIdentity(pid);
  if (now === null || startOf(now) !== startOf(identity)) return DEAD;
  return { kind: 'alive', pid, identity: now, sidecar: 'believed', socket: socket ?? controlSocket };
}

function startOf(identity: string): string {
  return identity.slice(identity.indexOf(':') + 1);
}

/** The process that has the lock file open, if it is the one that signed it and can be seen from here. */
function holderOf(lockFile: string): number | null {
  try {
    const pid = Number(readFileSync(lockFile, 'latin1').split(/[ \n]/, 1)[0]);
    if (!Number.isSafeInteger(pid) || pid <= 0) return null;
    // Without namespaces a number means one process.
    if (process.platform !== 'linux') return processIdentity(pid) === null ? null : pid;
    const { ino, dev } = statSync(lockFile, { bigint: true });
    const folder = `/proc/${pid}/fd`;
    const opened = readdirSync(folder).some((name) => {
      const facts = statSync(`${folder}/${name}`, { bigint: true, throwIfNoEntry: false });
      return facts?.ino === ino && facts.dev === dev;
    });
    return opened ? pid : null;
  } catch {
    return null;
  }
}
