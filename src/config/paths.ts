// Where everything lies, for each platform, scope and instance. Pure except for one question to the disk, which can be answered
// for it; loaded by every command, so it imports next to nothing.
import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { orNull, PearlError } from '../base/errors.ts';
import type { Scope } from '../base/instance.ts';

interface InstancePlace {
  scope: Scope;
  instance: string | null;
  /** The folder of PEARLCTL_HOME, or null where the scope's folders are used. */
  home: string | null;
  /** The home folder of the user, for `~/` in the configuration. */
  userHome: string;
  configFile: string;
}

export type Paths = ReturnType<typeof resolvePaths>;

export interface PathOptions {
  /** Without it, root has system scope and any other account user scope. */
  scope?: Scope | undefined;
  instance?: string | undefined;
  /** The configuration file, where it is not the scope's. */
  config?: string | undefined;
  env?: NodeJS.ProcessEnv;
  platform?: NodeJS.Platform;
  uid?: number;
  /** Whether there is such a folder; the disk is asked without it. */
  folderExists?: (path: string) => boolean;
}

/** The folders of a scope; everything else follows from them. */
interface Folders {
  configFolder: string;
  state: string;
  runtime: string;
  logs: string | null;
}

/** A socket's path must stay below this: sun_path has 104 bytes on macOS, 108 on Linux. */
const LONGEST_SOCKET_PATH_BYTES = 100;

/**
 * The paths of a scope and instance.
 *
 * @throws PearlError USAGE for an instance name that is not 1 to 32 of a-z, 0-9 and dashes.
 */
export function resolvePaths(options: PathOptions = {}) {
  const { configFolder, state, runtime, logs, ...place } = resolvePlace(options);
  const { scope, home } = place;
  const { env = process.env, uid = process.getuid?.() ?? 0 } = options;
  return {
    ...place,
    stateFolder: state,
    runtimeFolder: runtime,
    /** Null where the journal takes the log; a foreground run without a manager then writes `logFile` all the same. */
    logFolder: logs,
    credentialsFolder: join(configFolder, 'credentials'),
    sidecarFile: join(runtime, 'mining.json'),
    statsFile: join(runtime, 'stats.json'),
    lockFile: join(runtime, 'lock'),
    /** In a folder of its own that no other user may enter. */
    controlSocket: socketPath(runtime, uid, env),
    ledgerFile: join(state, 'shares.jsonl'),
    devnetFolder: join(state, 'devnet'),
    calibrationFile: join(state, 'calibration.json'),
    // Root deletes what a system service's manifest names, so it must not lie where the service's own account writes.
    manifestFile: join(scope === 'system' && home === null ? configFolder : state, 'manifest.json'),
    pausedFile: join(state, 'paused.json'),
    historyFile: join(state, 'history.bin'),
    lastStopFile: join(state, 'last-stop.json'),
    logFile: join(logs ?? join(state, 'logs'), 'pearlctl.log'),
  };
}

/** Where an instance is, without each of its files: all that is asked of an instance that may not be there. Throws the same. */
export function resolvePlace(options: PathOptions): InstancePlace & Folders {
  const { env = process.env, platform = process.platform, uid = process.getuid?.() ?? 0 } = options;
  const scope = options.scope ?? (uid === 0 ? 'system' : 'user');
  const instance = checkInstance(options.instance);
  const userHome = absolute(env.HOME) ?? homeOf();
  const home = env.PEARLCTL_HOME ? resolve(env.PEARLCTL_HOME) : null;
  const base = instance === null ? 'pearlctl' : `pearlctl-${instance}`;
  const exists = options.folderExists ?? existsSync;
  const folders = home === null ? scopeFolders() : portableFolders(home, instance);
  const configFile = options.config ? resolve(options.config) : join(folders.configFolder, 'pearlctl.ini');
  return { scope, instance, home, userHome, configFile, ...folders };

  function scopeFolders(): Folders {
    if (platform === 'darwin') return darwinFolders(scope, base, userHome);
    return scope === 'system' ? linuxSystemFolders(base) : linuxUserFolders(base, userHome, uid, env, exists);
  }
}

/** Null for the instance without a name. Throws USAGE for a name that no instance can have. */
export function checkInstance(instance: string | null | undefined): string | null {
  if (instance === undefined || instance === null) return null;
  if (/^[a-z0-9-]{1,32}$/.test(instance)) return instance;
  throw new PearlError('USAGE', 'The name of an instance is 1 to 32 lowercase letters, digits and dashes.', {
    hint: 'For example: --instance second',
  });
}

/** PEARLCTL_HOME holds one instance as it is, and named ones in folders of their own. */
function portableFolders(home: string, instance: string | null): Folders {
  const root = instance === null ? home : join(home, `pearlctl-${instance}`);
  return { configFolder: root, state: join(root, 'state'), runtime: join(root, 'run'), logs: join(root, 'logs') };
}

function linuxSystemFolders(base: string): Folders {
  return { configFolder: `/etc/${base}`, state: `/var/lib/${base}`, runtime: `/run/${base}`, logs: null };
}

/** The XDG Base Directory Specification: a variable that is not an absolute path is ignored. */
function linuxUserFolders(
  base: string,
  userHome: string,
  uid: number,
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean,
): Folders {
  const state = join(absolute(env.XDG_STATE_HOME) ?? join(userHome, '.local/state'), base);
  const session = absolute(env.XDG_RUNTIME_DIR) ?? `/run/user/${uid}`;
  return {
    configFolder: join(absolute(env.XDG_CONFIG_HOME) ?? join(userHome, '.config'), base),
    state,
    // Without a login session (containers, systems without systemd) that folder is not made for the user.
    runtime: exists(session) ? join(session, base) : join(state, 'run'),
    logs: null,
  };
}

function darwinFolders(scope: Scope, base: string, userHome: string): Folders {
  const library = scope === 'system' ? '/Library' : join(userHome, 'Library');
  const support = join(library, 'Application Support', base);
  return {
    configFolder: support,
    state: join(support, 'state'),
    runtime: join(support, 'run'),
    logs: join(library, 'Logs', base),
  };
}

/** Beside the sidecar, or in a short private folder of the temporary folder; the sidecar says where it is. */
function socketPath(runtime: string, uid: number, env: NodeJS.ProcessEnv): string {
  const usual = join(runtime, 'private', 'control.sock');
  if (Buffer.byteLength(usual) <= LONGEST_SOCKET_PATH_BYTES) return usual;
  const name = join(`pearlctl-${uid}-${fingerprint(runtime)}`, 'control.sock');
  const temporary = join(absolute(env.TMPDIR) ?? '/tmp', name);
  return Buffer.byteLength(temporary) <= LONGEST_SOCKET_PATH_BYTES ? temporary : join('/tmp', name);
}

/** FNV-1a, 32 bits: tells folders apart. Nothing is trusted for it, and node:crypto would cost every command its loading. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

/** The home folder of the account, for a service without HOME; `/` for an account without any. Few need the module. */
function homeOf(): string {
  const { homedir, userInfo } = process.getBuiltinModule('node:os');
  return orNull(() => userInfo().homedir || homedir()) ?? '/';
}
