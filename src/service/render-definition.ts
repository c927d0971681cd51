// From a definition to the text that a service manager reads. Pure.
import type { ServiceDefinition } from './definition.ts';
import { renderPlist } from './launchd/plist.ts';
import type { ManagerKind } from './place.ts';
import { renderUnit } from './systemd/unit.ts';

export function renderDefinition(kind: ManagerKind, definition: ServiceDefinition): string {
  return kind === 'systemd' ? renderUnit(definition) : renderPlist(definition);
}
