// The caller of a command: the account behind it, and the traps of sudo, su and ssh. Never calls sudo; says what to type.
import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { orNull, PearlError } from '../base/errors.ts';
import { fix, sudoPearlctl } from '../base/fix.ts';
import type { Scope } from '../base/instance.ts';
import { FOREGROUND } from './detect-manager.ts';

export interface Caller {
  platform: NodeJS.Platform;
  uid: number;
  user: string;
  home: string;
  env: NodeJS.ProcessEnv;
  /** The person behind sudo, when there is one. */
  sudo: { uid: number; user: string } | null;
}

/** The caller of this process. */
export function currentCaller(env: NodeJS.ProcessEnv = process.env): Caller {
  const uid = process.getuid?.() ?? 0;
  const { user, home } = accountOf(uid);
  return { platform: process.platform, uid, user, home: env.HOME ?? home, env, sudo: sudoUser(uid, env) };
}

/** An account without an entry in the system's list, as containers have it, goes by its number. */
function accountOf(uid: number): { user: string; home: string } {
  const known = orNull(() => userInfo());
  return { user: known?.username ?? String(uid), home: known?.homedir ?? '/' };
}

function sudoUser(uid: number, env: NodeJS.ProcessEnv): Caller['sudo'] {
  const sudoUid = Number(env.SUDO_UID);
  if (uid !== 0 || !env.SUDO_USER || !Number.isInteger(sudoUid) || sudoUid <= 0) return null;
  return { uid: sudoUid, user: env.SUDO_USER };
}

/** The scope that is meant: as asked, else system for root and user for any other account. Throws where it cannot work. */
export function chooseScope(asked: Scope | undefined, caller: Caller): Scope {
  const scope = asked ?? (caller.uid === 0 ? 'system' : 'user');
  if (scope === 'user' && caller.sudo) {
    throw new PearlError('USAGE', `Under sudo, a user service would become root's instead of ${caller.sudo.user}'s.`, {
      hint: 'Run the same command without sudo, or with --scope system.',
    });
  }
  return scope;
}

/** Throws NO_PERMISSION, with the line to type, when the scope needs root and the caller is not root. `command` is without `pearlctl`. */
export function requireRights(scope: Scope, caller: Caller, [verb = '', ...args]: readonly string[]): void {
  if (scope === 'user' || caller.uid === 0) return;
  throw new PearlError('NO_PERMISSION', 'The system service belongs to root.', {
    hint: fix`Type: ${sudoPearlctl(verb, ...args)}`,
  });
}

/** Throws SERVICE_MANAGER_MISSING for a user service of an account that the system does not know. */
export function requireAccount(scope: Scope, { user, uid }: Caller): void {
  if (scope === 'system' || user !== String(uid)) return;
  throw new PearlError('SERVICE_MANAGER_MISSING', `The system knows no account with the number ${uid}.`, {
    hint: FOREGROUND,
  });
}

/**
 * The environment in which the caller's own service manager can be reached.
 *
 * After su, or over some ssh set-ups, XDG_RUNTIME_DIR is missing although /run/user/UID is there; systemctl then says
 * only "No medium found".
 */
export function sessionEnvironment(
  caller: Caller,
  runtimeFolderOf: (path: string) => boolean = (path) => ownedBy(path, caller.uid),
): Record<string, string> {
  if (caller.platform !== 'linux' || caller.env.XDG_RUNTIME_DIR) return {};
  const folder = `/run/user/${caller.uid}`;
  return runtimeFolderOf(folder) ? { XDG_RUNTIME_DIR: folder } : {};
}

function ownedBy(path: string, uid: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.uid === uid;
}

/** Whether the caller's own service manager has a bus to be reached by. */
export function sessionReachable(caller: Caller): boolean {
  const folder = sessionEnvironment(caller).XDG_RUNTIME_DIR ?? caller.env.XDG_RUNTIME_DIR;
  return folder !== undefined && existsSync(join(folder, 'bus'));
}

/** logind starts a lingering user's manager in the background; a third of a second is usual. */
const SESSION_LIMIT_MS = 20_000;

/** Resolves when the caller's own service manager can be reached. Throws SERVICE_MANAGER_MISSING after the limit. */
export async function awaitSession(caller: Caller): Promise<void> {
  const end = performance.now() + SESSION_LIMIT_MS;
  while (!sessionReachable(caller)) {
    if (performance.now() > end) {
      throw new PearlError('SERVICE_MANAGER_MISSING', `The service manager of ${caller.user} does not come up.`, {
        hint: `See: systemctl status user@${caller.uid}.service`,
      });
    }
    await sleep(100);
  }
}
