// What `enable`, `disable`, `start`, `stop`, `restart` and `reload` have in common: find the service, check the rights, act,
// and say what is true now.

import { existsSync } from 'node:fs';
import { PearlError } from '../base/errors.ts';
import { asFix, type Fix, fix, pearlctl } from '../base/fix.ts';
import { requireRights } from '../service/caller.ts';
import { detectManager, readMachineFacts } from '../service/detect-manager.ts';
import { livingSupervisor } from '../service/direct.ts';
import { findService, type Service } from '../service/installed-service.ts';
import type { Context } from './command-context.ts';

/** The installed service, or null when none is: then a verb may still act on a supervisor that was started by hand. */
export function installedService(context: Context): Service | null {
  if (detectManager(readMachineFacts()).kind === null) return null;
  const { service, both } = findService(context.flags);
  if (!existsSync(service.definitionFile)) return null;
  if (both) {
    const other = service.paths.scope === 'system' ? 'user' : 'system';
    context.say(
      `Two services are installed; this is about the ${service.paths.scope} service (--scope ${other} for the other).`,
    );
  }
  return service;
}

/** The installed service; throws SERVICE_NOT_INSTALLED. */
export function requireService(context: Context): Service {
  const service = installedService(context);
  if (service !== null) return service;
  throw new PearlError('SERVICE_NOT_INSTALLED', 'No service is installed here.', { hint: withoutService(context) });
}

/** What there is to do where no service is installed. */
export function withoutService({ paths }: Context): Fix {
  const supervisor = livingSupervisor(paths);
  if (supervisor === null)
    return fix`Install it: ${pearlctl('install')}. Or mine without a service: ${pearlctl('run')}.`;
  return fix`A supervisor runs that was started by hand (process ${supervisor.pid}): ${pearlctl('stop')}, then start it as before.`;
}

/** Throws NO_PERMISSION with the line to type. */
export function requireServiceRights(service: Service): void {
  requireRights(service.paths.scope, service.caller, ['pearlctl', ...process.argv.slice(2)]);
}

/** Prints what was done, with the service's state as the model. */
export async function report(context: Context, service: Service, said: Fix | string): Promise<void> {
  const state = await service.manager.state();
  context.print(context.fixText(asFix(said)), {
    schemaVersion: 1,
    scope: service.paths.scope,
    instance: service.paths.instance,
    ...state,
  });
}
