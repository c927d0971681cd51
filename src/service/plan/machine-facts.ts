// What steps act upon, as one value: the service manager, the way to run commands, and where the manifest lies.
import type { Caller } from '../caller.ts';
import type { ServiceManager } from '../manager.ts';
import type { RunCommand } from '../run-program.ts';

export interface Machine {
  caller: Caller;
  manager: ServiceManager;
  run: RunCommand;
  /** Folders that the manager makes for the service at its start. */
  managedFolders: string[];
  /** Resolves when the caller's own service manager can be reached, which lingering brings up. */
  awaitSession: () => Promise<void>;
  /** Resolves when the started service is alive and ready; throws SERVICE_FAILED with the reason when it is not. */
  awaitReady: () => Promise<void>;
}
