// From a definition to the text that a service manager reads, and the place where it looks for it. Pure.
import { join } from 'node:path';
import type { ServiceDefinition } from './definition.ts';
import { renderPlist } from './launchd/plist.ts';
import { launchdLabel, type Scope, unitName } from './names.ts';
import { renderUnit } from './systemd/unit.ts';

export type ManagerKind = 'systemd' | 'launchd';

/** The complete text of the service's definition file. */
export function renderDefinition(kind: ManagerKind, definition: ServiceDefinition): string {
  return kind === 'systemd' ? renderUnit(definition) : renderPlist(definition);
}

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
