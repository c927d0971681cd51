// Which scope a command means that is given none: one rule for all commands that look at an instance or act on one. Light, since
// every command asks: it looks for a few files.
import { existsSync, readFileSync } from 'node:fs';
import { orNull } from '../base/errors.ts';
import type { InstanceFlags, Scope } from '../base/instance.ts';
import { resolvePlace } from '../config/paths.ts';
import { installedDefinition, managerOf } from './place.ts';

export interface MeantScope {
  readonly scope: Scope;
  /** Both scopes have what decided, and the caller's own was taken: the answer has to say so. */
  readonly both: 'installed' | 'configured' | null;
}

/** Of the process that asks. */
export interface Asking {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly uid: number;
  /** A file's text, or null; the disk is asked without it. */
  readonly read?: (file: string) => string | null;
  readonly exists?: (file: string) => boolean;
}

const thisProcess = (): Asking => ({ env: process.env, platform: process.platform, uid: process.getuid?.() ?? 0 });

/** What a command takes that makes something: root's is the machine's. */
export function ownScope({ uid } = thisProcess()): Scope {
  return uid === 0 ? 'system' : 'user';
}

/**
 * As the flags say; else the scope where this instance is installed, else where it is configured, else the caller's own. Under sudo
 * only the system's can be meant.
 */
export function meantScope(flags: InstanceFlags, asking: Asking = thisProcess()): MeantScope {
  if (flags.scope !== undefined) return { scope: flags.scope, both: null };
  const own = ownScope(asking);
  const underSudo = asking.uid === 0 && Number(asking.env.SUDO_UID) > 0;
  const scopes: Scope[] = underSudo ? ['system'] : [own, own === 'system' ? 'user' : 'system'];
  const exists = asking.exists ?? existsSync;
  const installed = scopes.filter((scope) => isInstalled(scope, flags, asking));
  if (installed.length > 0) return { scope: installed[0] ?? own, both: installed.length > 1 ? 'installed' : null };
  // With --config or PEARLCTL_HOME the file is the same for both.
  if (flags.config !== undefined || asking.env.PEARLCTL_HOME) return { scope: own, both: null };
  const configured = scopes.filter((scope) => exists(placeIn(scope, flags, asking).configFile));
  return { scope: configured[0] ?? own, both: configured.length > 1 ? 'configured' : null };
}

function placeIn(scope: Scope, { instance, config }: InstanceFlags, { env, platform, uid }: Asking) {
  return resolvePlace({ scope, instance, config, env, platform, uid });
}

function isInstalled(scope: Scope, flags: InstanceFlags, asking: Asking): boolean {
  const { instance, userHome, home, configFile } = placeIn(scope, flags, asking);
  const place = { scope, instance, home: userHome, configHome: asking.env.XDG_CONFIG_HOME || undefined };
  const file = installedDefinition(managerOf(asking.platform), place, asking.exists ?? existsSync);
  if (file === null) return false;
  const read = asking.read ?? ((path) => orNull(() => readFileSync(path, 'utf8')));
  // One of this name may belong to another PEARLCTL_HOME, or to none.
  return home === null || (read(file)?.includes(configFile) ?? false);
}
