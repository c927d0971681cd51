// Asks the service manager on behalf of `status`, which must not fail for what it hears, or does not hear.
import type { ServiceStatus } from '../state/table/session-table.ts';
import { detectManager, readMachineFacts } from './detect-manager.ts';
import { describeService } from './drift.ts';
import { openService, type ServiceFlags } from './installed-service.ts';

/** The service of a scope, or null when none is installed or no manager can be asked. */
export async function askService(flags: ServiceFlags): Promise<ServiceStatus | null> {
  if (detectManager(readMachineFacts()).kind === null) return null;
  try {
    return await describeService(openService(flags));
  } catch {
    return null;
  }
}
