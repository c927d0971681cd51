// Where a service manager looks for the definition of a service. Light: `status` asks here before it loads
// anything that talks to a manager.
import { basename, dirname, join } from 'node:path';
import type { Scope } from '../base/instance.ts';
import { launchdLabel, unitName } from './service-names.ts';

export type ManagerKind = 'systemd' | 'launchd';

export interface DefinitionPlace {
  scope: Scope;
  instance: string | null;
  /** Home folder of the user whose service it is. */
  home: string;
  /** XDG_CONFIG_HOME, where set. */
  configHome: string | undefined;
}

/** The manager of a platform that has one. */
export function managerOf(platform: NodeJS.Platform): ManagerKind {
  return platform === 'darwin' ? 'launchd' : 'systemd';
}

/** Where the manager looks for the definition file. */
export function definitionFile(kind: ManagerKind, place: DefinitionPlace): string {
  const { scope, instance, home } = place;
  if (kind === 'systemd') {
    const unit = unitName(instance);
    if (scope === 'system') return join('/etc/systemd/system', unit);
    return join(place.configHome ?? join(home, '.config'), 'systemd', 'user', unit);
  }
  const plist = `${launchdLabel(instance)}.plist`;
  return scope === 'system' ? join('/Library/LaunchDaemons', plist) : join(home, 'Library', 'LaunchAgents', plist);
}

/** Where a package of the distribution may have put a unit of this name, for the system’s manager. */
export function packagedPlaces(kind: ManagerKind, { scope, instance }: DefinitionPlace): string[] {
  if (kind === 'launchd' || scope === 'user') return [];
  return ['/usr/lib', '/lib'].map((folder) => join(folder, 'systemd/system', unitName(instance)));
}

/** Where the service is installed: the definition that `install` wrote, else a package's unit that is enabled; null for neither. */
export function installedDefinition(
  kind: ManagerKind,
  place: DefinitionPlace,
  exists: (path: string) => boolean,
): string | null {
  const file = definitionFile(kind, place);
  if (exists(file)) return file;
  if (!exists(join(wantsFolder(file, place.scope), basename(file)))) return null;
  return packagedPlaces(kind, place).find((path) => exists(path)) ?? null;
}

function wantsFolder(file: string, scope: Scope): string {
  return join(dirname(file), `${scope === 'system' ? 'multi-user' : 'default'}.target.wants`);
}

/** The files and folders that change when a service is edited, overridden, enabled or disabled, or a package brings one. */
export function definitionTraces(kind: ManagerKind, place: DefinitionPlace): string[] {
  const file = definitionFile(kind, place);
  if (kind === 'launchd') return [file, '/var/db/com.apple.xpc.launchd'];
  return [file, `${file}.d`, wantsFolder(file, place.scope), ...packagedPlaces(kind, place)];
}
