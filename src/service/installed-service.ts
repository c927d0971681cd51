// One service with all that is needed to act on it: the caller, the manager, the paths. The commands start here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Scope } from '../base/instance.ts';
import { programFolder } from '../base/packaging/this-copy.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { type Caller, chooseScope, currentCaller, sessionEnvironment, sessionReachable } from './caller.ts';
import { requireManager } from './detect-manager.ts';
import { LaunchdManager } from './launchd/launchd-manager.ts';
import type { ServiceManager } from './manager.ts';
import { dropInFile, findPackaged, type Packaged } from './packaged.ts';
import { definitionFile, type ManagerKind } from './place.ts';
import { type RunCommand, runCommand } from './run-program.ts';
import { runtimeRootOf } from './runtime/runtime-layout.ts';
import { unitName } from './service-names.ts';
import { SystemdManager } from './systemd/systemd-manager.ts';

export interface ServiceFlags {
  scope?: Scope | undefined;
  instance?: string | undefined;
  config?: string | undefined;
}

/** What a test replaces; nothing of it is set otherwise. */
export interface ServiceSurroundings {
  caller?: Caller;
  kind?: ManagerKind;
  run?: RunCommand;
  /** Put before the folder of definitions, so that a Mac's folders can lie in a test's. */
  definitionRoot?: string;
  /** The package to install from, instead of the running one. */
  program?: string;
}

export interface Service {
  kind: ManagerKind;
  caller: Caller;
  paths: Paths;
  manager: ServiceManager;
  run: RunCommand;
  /** What `install` writes: the definition, or the drop-in for the unit of a package. */
  definitionFile: string;
  /** The package of the distribution that has a unit of this name; null without one. */
  packaged: Packaged | null;
  /** The package that an install copies. */
  program: string;
}

/** The service of a scope. Throws SERVICE_MANAGER_MISSING, or USAGE for a user service under sudo. */
export function openService(flags: ServiceFlags, surroundings: ServiceSurroundings = {}): Service {
  const caller = surroundings.caller ?? currentCaller();
  const kind = surroundings.kind ?? requireManager();
  const run = surroundings.run ?? runCommand;
  const scope = chooseScope(flags.scope, caller);
  const paths = pathsFor(scope, flags, caller);
  const place = {
    scope,
    instance: paths.instance,
    home: caller.home,
    configHome: caller.env.XDG_CONFIG_HOME || undefined,
  };
  const ownFile = join(surroundings.definitionRoot ?? '', definitionFile(kind, place));
  // What lies in a folder of its own (PEARLCTL_HOME) is no package's.
  const packaged = paths.home === null ? findPackaged(kind, place, ownFile, surroundings.definitionRoot) : null;
  const file = packaged === null || packaged.hidden ? ownFile : dropInFile(ownFile);
  const program = surroundings.program ?? programFolder();
  return {
    kind,
    caller,
    paths,
    run,
    program,
    definitionFile: file,
    packaged,
    manager: managerFor(kind, paths, caller, run, file),
  };
}

/** The package whose unit is in force; null for a service that `install` wrote, or none. */
export function packageInForce({ packaged }: Pick<Service, 'packaged'>): Packaged | null {
  return packaged?.hidden ? null : packaged;
}

/** By what the manager runs a version on trial, where no boot finds it: a drop-in below /run, a property list beside the program. */
export function trialFile({ kind, paths, caller }: Pick<Service, 'kind' | 'paths' | 'caller'>): string {
  if (kind === 'launchd') return join(runtimeRootOf(paths, caller), 'trial.plist');
  const session = caller.env.XDG_RUNTIME_DIR || `/run/user/${caller.uid}`;
  const folder = paths.scope === 'system' ? '/run/systemd/system' : join(session, 'systemd', 'user');
  return join(folder, `${unitName(paths.instance)}.d`, '90-pearlctl-trial.conf');
}

/** Drop-ins that are in force, and are the administrator's. */
export function foreignDropIns(service: Service, dropIns: readonly string[] = []): string[] {
  return dropIns.filter((path) => path !== service.definitionFile && path !== trialFile(service));
}

/** Whether there is a service that can be asked for, started and stopped. */
export function isInstalled(service: Pick<Service, 'packaged' | 'definitionFile'>): boolean {
  return packageInForce(service) !== null || existsSync(service.definitionFile);
}

function pathsFor(scope: Scope, flags: ServiceFlags, caller: Caller): Paths {
  return resolvePaths({
    scope,
    instance: flags.instance,
    config: flags.config,
    env: { ...caller.env, HOME: caller.home },
    platform: caller.platform,
    uid: caller.uid,
    // A service of a user always has the session's folder, even when the shell that installs it does not.
    folderExists: (path) => path === `/run/user/${caller.uid}` || existsSync(path),
  });
}

function managerFor(kind: ManagerKind, paths: Paths, caller: Caller, run: RunCommand, file: string): ServiceManager {
  const { scope, instance } = paths;
  if (kind === 'systemd') {
    // Lingering can bring the session's folder up while we run, so its environment is looked up for each command.
    const session: RunCommand = (command, options = {}) =>
      run(command, scope === 'user' ? { ...options, env: { ...sessionEnvironment(caller), ...options.env } } : options);
    return new SystemdManager({
      scope,
      instance,
      run: session,
      ...(scope === 'user' ? { reachable: () => sessionReachable(caller) } : {}),
    });
  }
  return new LaunchdManager({ scope, instance, run, caller, paths, definitionFile: file });
}
