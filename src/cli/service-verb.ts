// What `enable`, `disable`, `start`, `stop`, `restart` and `reload` have in common: find the service, check the rights, act,
// and say what is true now.
import { PearlError } from '../base/errors.ts';
import { asFix, type Fix, fix, pearlctl } from '../base/fix.ts';
import { requireRights } from '../service/caller.ts';
import { detectManager, readMachineFacts } from '../service/detect-manager.ts';
import { isInstalled, openService, type Service } from '../service/installed-service.ts';
import { lifeOf } from '../state/life.ts';
import type { Context } from './command-context.ts';

/** The installed service, or null when none is: then a verb may still act on a supervisor that was started by hand. */
export function installedService(context: Context): Service | null {
  if (detectManager(readMachineFacts()).kind === null) return null;
  const service = openMeant(context);
  return isInstalled(service) ? service : null;
}

/** The service that is meant, installed or not. Throws SERVICE_MANAGER_MISSING. */
export function openMeant({ flags, paths }: Context): Service {
  return openService({ ...flags, scope: paths.scope });
}

/** The installed service; throws SERVICE_NOT_INSTALLED. */
export async function requireService(context: Context): Promise<Service> {
  const service = installedService(context);
  if (service !== null) return service;
  throw new PearlError('SERVICE_NOT_INSTALLED', 'No service is installed here.', {
    hint: await withoutService(context),
  });
}

/** What there is to do where no service is installed. */
async function withoutService({ paths }: Context): Promise<Fix> {
  const life = await lifeOf(paths);
  if (life.kind === 'dead')
    return fix`Install it: ${pearlctl('install')}. Or mine without a service: ${pearlctl('run')}.`;
  const which = life.kind === 'alive' ? `process ${life.pid}` : 'in another container';
  return fix`A supervisor runs that was started by hand (${which}): ${pearlctl('stop')}, then start it as before.`;
}

/** The installed service, for a caller that may act on it. Throws SERVICE_NOT_INSTALLED, or NO_PERMISSION with the line to type. */
export async function requireOwnService(context: Context): Promise<Service> {
  const service = await requireService(context);
  requireServiceRights(service);
  return service;
}

/** Throws NO_PERMISSION with the line to type. */
export function requireServiceRights(service: Service): void {
  requireRights(service.paths.scope, service.caller, process.argv.slice(2));
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
