// What a kind of step is. A plan is a list of steps, and a step is a value: what is shown is what is done, word for word.
// Each kind has one file beside this one, which says how the step is shown, recorded, done and undone.
import type { Paths } from '../../../config/paths.ts';
import type { Caller } from '../../caller.ts';
import type { ServiceManager, ServiceState } from '../../manager.ts';
import type { RunCommand } from '../../run-program.ts';

/** What steps act upon: the service manager, and the way to run other programs. */
export interface StepContext {
  caller: Caller;
  manager: ServiceManager;
  run: RunCommand;
  instance: string | null;
  /** Folders that the manager makes for the service at its start. */
  managedFolders: string[];
  /** Resolves when the caller's own service manager can be reached, which lingering brings up. */
  awaitSession: () => Promise<void>;
  /** Resolves when the started service is alive and ready; throws SERVICE_FAILED with the reason when it is not. */
  awaitReady: () => Promise<void>;
  /** How long the proof of the new version took, start to block: what this machine needs now. */
  pace: { provedMs: number };
  /** Restarts the service from this file; resolves when it mines, or throws SERVICE_FAILED when it does not in time. */
  awaitSwitch: (definition: string) => Promise<void>;
}

/** What an uninstall looks at before it plans how to undo what the manifest names. */
export interface UndoFacts {
  paths: Paths;
  manager: Pick<ServiceManager, 'commands'>;
  state: ServiceState;
  definitionFile: string;
  /** The configuration, the state and the logs go as well. */
  purge: boolean;
  /** Which of the paths asked about are there. */
  exists: (path: string) => boolean;
  /** The hash of a file as it is now, or null. */
  hashOf: (path: string) => string | null;
  /** The account is there and carries our comment. */
  accountIsOurs: boolean;
}

/** How the run that did a step takes it back. */
export interface Rollback {
  /** In reverse order of the steps. */
  now?: () => Promise<void>;
  /** Once all files are back as they were, in the order of the steps. */
  after?: () => Promise<void>;
  /** When all else is undone. */
  last?: () => Promise<void>;
}

/** A kind of install step: `S` is the step as a value, `E` is what the manifest keeps of it. */
export interface InstallStepKind<S, E> {
  /** One line or more; commands are shown as they run, files with what changes in them. */
  describe(step: S): string[];
  /** The step for `--json`, where some of its facts are only needed to do it. */
  model?(step: S): Record<string, unknown>;
  /** What to write into the manifest before the step; none, or null, for a step that leaves nothing of its own. */
  record?(step: S, context: StepContext): Promise<E | null>;
  /** Does the step and returns how to take it back. Throws what could not be done. */
  apply(step: S, context: StepContext): Promise<Rollback>;
}

/** A kind of install step that an uninstall undoes, by steps of its own kinds `U`. */
export interface UndoableStepKind<S, E, U> extends InstallStepKind<S, E> {
  /** The steps that undo what the manifest keeps; none where nothing is left to undo. */
  undo(entry: E, facts: UndoFacts): U[];
}

export interface UninstallStepKind<U> {
  describe(step: U): string[];
  /** Is fine with finding its work done already, so that an uninstall can be repeated after an interruption. */
  apply(step: U, context: Pick<StepContext, 'manager' | 'run'>): Promise<void>;
}
