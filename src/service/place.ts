// Where a service manager looks for the definition of a service. Pure, and light: `status` asks here before it loads
// anything that talks to a manager.
import { dirname, join } from 'node:path';
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

/** The files and folders that change when a service is edited, overridden, enabled or disabled. */
export function definitionTraces(kind: ManagerKind, file: string, scope: Scope): string[] {
  if (kind === 'launchd') return [file, '/var/db/com.apple.xpc.launchd'];
  const wants = `${scope === 'system' ? 'multi-user' : 'default'}.target.wants`;
  return [file, `${file}.d`, join(dirname(file), wants)];
}
