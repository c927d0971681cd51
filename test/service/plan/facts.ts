// A machine as plans see it, as values: nothing installed yet. Tests change what they are about.
import type { Scope } from '../../../src/base/instance.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import type { Caller } from '../../../src/service/caller.ts';
import type { ServiceManager, ServiceState } from '../../../src/service/manager.ts';
import type { Manifest } from '../../../src/service/manifest.ts';
import type { InstallFacts } from '../../../src/service/plan/install-facts.ts';
import { contentHash } from '../../../src/service/plan/steps/file-step.ts';
import type { UninstallFacts } from '../../../src/service/plan/uninstall-plan.ts';
import { linuxSystem, linuxUser } from '../definitions.ts';

const ROOT: Caller = { platform: 'linux', uid: 0, user: 'root', home: '/root', env: {}, sudo: null };
export const ADA: Caller = { platform: 'linux', uid: 1000, user: 'ada', home: '/home/ada', env: {}, sudo: null };

export const ABSENT: ServiceState = {
  loaded: false,
  enabled: false,
  blocked: false,
  active: 'inactive',
  pid: null,
  since: null,
  lastExit: null,
  restarts: 0,
  failure: null,
};
export const RUNNING: ServiceState = { ...ABSENT, loaded: true, enabled: true, active: 'active', pid: 4711 };

const manager: Pick<ServiceManager, 'commands'> = { commands: (verb) => [['systemctl', verb, 'pearlctl.service']] };

export const UNIT = '# written by pearlctl 1.2.3.\n';
/** Where the definitions of a scope lie. */
const DEFINITION = {
  system: '/etc/systemd/system/pearlctl.service',
  user: '/home/ada/.config/systemd/user/pearlctl.service',
};
const RUNTIME = { system: '/usr/local/lib/pearlctl', user: '/home/ada/.local/share/pearlctl' };

function pathsOf(scope: Scope) {
  const caller = scope === 'system' ? ROOT : ADA;
  return resolvePaths({
    scope,
    env: { HOME: caller.home },
    platform: 'linux',
    uid: caller.uid,
    folderExists: () => true,
  });
}

export function installFacts(scope: Scope, changes: Partial<InstallFacts> = {}): InstallFacts {
  const root = RUNTIME[scope];
  return {
    kind: 'systemd',
    definition: scope === 'system' ? linuxSystem : linuxUser,
    definitionText: UNIT,
    definitionFile: DEFINITION[scope],
    definitionThere: { text: null, link: null },
    paths: pathsOf(scope),
    packaged: null,
    caller: scope === 'system' ? ROOT : ADA,
    manifest: null,
    note: null,
    manager,
    state: ABSENT,
    source: {
      version: '1.2.3',
      files: [{ from: '/opt/a', to: 'a' }],
      node: { how: 'in-place', path: '/usr/bin/node' },
      digest: 'd'.repeat(64),
    },
    runtimeRoot: root,
    runtimeFolder: `${root}/1.2.3`,
    runtimeThere: false,
    runtimeLeftovers: false,
    currentTarget: null,
    previousTarget: null,
    mining: false,
    trial: { path: '/run/systemd/system/pearlctl.service.d/90-pearlctl-trial.conf', there: false },
    missingFolders: [{ path: root, mode: 0o755, owner: null }],
    crashLog: null,
    secrets: [],
    accountExists: false,
    neededAccess: [],
    lingering: scope === 'user' ? false : null,
    wantLinger: true,
    ...changes,
  };
}

/** The same machine after that install: nothing is left to do. */
export function installedFacts(scope: Scope, changes: Partial<InstallFacts> = {}): InstallFacts {
  return installFacts(scope, {
    definitionThere: { text: UNIT, link: null },
    manifest: manifestOf(scope),
    state: RUNNING,
    runtimeThere: true,
    currentTarget: '1.2.3',
    missingFolders: [],
    accountExists: true,
    lingering: scope === 'user' ? true : null,
    ...changes,
  });
}

export function manifestOf(scope: Scope, changes: Partial<Manifest> = {}): Manifest {
  return {
    schema: 1,
    version: '1.2.3',
    scope,
    instance: null,
    manager: 'systemd',
    definition_file: DEFINITION[scope],
    runtime_root: RUNTIME[scope],
    updated_at: '2026-01-01T00:00:00.000Z',
    complete: true,
    installed: true,
    entries: [
      ...(scope === 'system' ? [{ kind: 'account', name: 'pearlctl', existed: false } as const] : []),
      ...(scope === 'user' ? [{ kind: 'folder', path: '/home/ada/.local/state', existed: false } as const] : []),
      { kind: 'folder', path: pathsOf(scope).stateFolder, existed: false },
      { kind: 'folder', path: RUNTIME[scope], existed: false },
      ...(scope === 'user' ? [{ kind: 'linger', user: 'ada', existed: false } as const] : []),
      { kind: 'runtime', path: `${RUNTIME[scope]}/1.2.3` },
      { kind: 'link', path: `${RUNTIME[scope]}/current` },
      { kind: 'file', path: DEFINITION[scope], existed: false, sha256: contentHash(UNIT) },
      { kind: 'enabled', existed: false },
    ],
    ...changes,
  };
}

/** What an uninstall of it sees; by default every path asked about is there. */
export function uninstallFacts(scope: Scope, changes: Partial<UninstallFacts> = {}): UninstallFacts {
  return {
    kind: 'systemd',
    paths: pathsOf(scope),
    manifest: manifestOf(scope),
    manager,
    state: RUNNING,
    definitionFile: DEFINITION[scope],
    runtimeRoot: RUNTIME[scope],
    leftovers: [],
    credentials: [],
    packaged: false,
    purge: false,
    exists: () => true,
    hashOf: () => contentHash(UNIT),
    definitionIsOurs: true,
    accountIsOurs: scope === 'system',
    ...changes,
  };
}
