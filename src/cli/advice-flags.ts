// Which scope a command line is about, and the flags with which advice is given: those that were typed, and what it takes besides
// so that the advice reaches the same instance.
import { resolve } from 'node:path';
import type { InstanceFlags, Scope } from '../base/instance.ts';
import { resolvePaths } from '../config/paths.ts';
import { type MeantScope, meantScope, ownScope } from '../service/meant-scope.ts';

/** These make something: without --scope it is the caller's own, whatever else is installed. */
const MAKERS = new Set(['init', 'run', 'install', 'render', 'attach', 'detach', 'supervise', 'gateway', 'mine']);

export function scopeOf(command: string, flags: InstanceFlags): MeantScope {
  return MAKERS.has(command) ? { scope: flags.scope ?? ownScope(), both: null } : meantScope(flags);
}

/** @param scope of the instance that the advice is about. */
export function adviceFlags({ config, instance, scope: typed }: InstanceFlags, scope: Scope): InstanceFlags {
  const meant = meantScope({ config, instance });
  const plain = typed === undefined && meant.scope === scope && meant.both === null;
  // A service is always told its file, also where that is the usual one.
  const usual = config !== undefined && resolvePaths({ scope, instance }).configFile === resolve(config);
  return {
    config: usual ? undefined : config,
    instance,
    ...(plain ? {} : { scope }),
    ...(scope === 'system' && process.getuid?.() !== 0 ? { asRoot: true } : {}),
  };
}
