// The verbs of the service manager. Install loads, enables and starts; uninstall stops, disables and has the service
// forgotten. The manifest keeps whether the service started by itself before.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as v from 'valibot';
import { PearlError } from '../../../base/errors.ts';
import { isUp, type ServiceManager } from '../../manager.ts';
import { commandLines } from './step-command.ts';
import type { InstallStepKind, Rollback, StepContext, UndoFacts, UninstallStepKind } from './step-kind.ts';

export type InstallVerb = 'load' | 'enable' | 'start' | 'restart';

export interface ServiceStep {
  kind: 'service';
  verb: InstallVerb;
  commands: string[][];
}

export interface ServiceRemoval<V extends 'stop' | 'disable' | 'forget' = 'stop' | 'disable' | 'forget'> {
  kind: V;
  commands: string[][];
}

export const enabledEntry = v.object({ kind: v.literal('enabled'), existed: v.boolean() });

type Commands = Pick<ServiceManager, 'commands'>;

export function serviceStep(verb: InstallVerb, manager: Commands): ServiceStep {
  return { kind: 'service', verb, commands: manager.commands(verb) };
}

export function serviceRemoval<V extends ServiceRemoval['kind']>(kind: V, manager: Commands): ServiceRemoval<V> {
  return { kind, commands: manager.commands(kind) };
}

const VERBS: Record<InstallVerb, { words: string; apply: (context: StepContext) => Promise<Rollback> }> = {
  load: {
    words: 'tell the service manager',
    async apply({ manager }) {
      await manager.load();
      return { after: () => manager.forget() };
    },
  },
  enable: {
    words: 'have it start by itself',
    async apply({ manager }) {
      const { enabled } = await manager.state();
      await manager.enable();
      return enabled ? {} : { now: () => manager.disable() };
    },
  },
  start: {
    words: 'start it, and wait until it is ready',
    async apply({ manager, managedFolders, awaitReady }) {
      const fresh = managedFolders.filter((path) => !existsSync(path));
      const undo = async (): Promise<void> => {
        await manager.stop();
        for (const path of fresh) await rm(path, { recursive: true, force: true });
      };
      try {
        await manager.start();
        await awaitReady();
      } catch (error) {
        await undo();
        throw error;
      }
      return { now: undo };
    },
  },
  restart: {
    words: 'restart it, and wait until it is ready',
    async apply({ manager, awaitReady }) {
      try {
        await manager.restart();
        await awaitReady();
      } catch (error) {
        throw new RestartFailed(error);
      }
      return { after: () => manager.restart() };
    },
  },
};

export const SERVICE_STEP: InstallStepKind<ServiceStep, v.InferOutput<typeof enabledEntry>> = {
  describe: ({ verb, commands }) => [VERBS[verb].words, ...commandLines(commands)],
  record: async ({ verb }, { manager }) =>
    verb === 'enable' ? { kind: 'enabled', existed: (await manager.state()).enabled } : null,
  apply: ({ verb }, context) => VERBS[verb].apply(context),
};

/** A restart that failed left the old version stopped: undoing it means to start that one again, after its files are back. */
export class RestartFailed extends Error {
  constructor(cause: unknown) {
    super('The new version did not start.', { cause });
  }
}

/** What has to happen to the service before its files go. `wasEnabled`: it started by itself before the install. */
export function quietSteps({ manager, state }: UndoFacts, wasEnabled: boolean): ServiceRemoval<'stop' | 'disable'>[] {
  return [
    ...(isUp(state) ? [serviceRemoval('stop', manager)] : []),
    ...(state.enabled && !wasEnabled ? [serviceRemoval('disable', manager)] : []),
  ];
}

const removal = (
  words: string,
  apply: UninstallStepKind<ServiceRemoval>['apply'],
): UninstallStepKind<ServiceRemoval> => ({
  describe: ({ commands }) => [words, ...commandLines(commands)],
  apply,
});

export const SERVICE_REMOVALS = {
  stop: removal('stop the service, and wait until it is gone', (_step, { manager }) => manager.stop()),
  disable: removal('no longer start it by itself', (_step, { manager }) => manager.disable()),
  forget: removal('tell the service manager', async (_step, { manager }) => {
    await manager.forget();
    const { loaded, pid, fragment } = await manager.state();
    if (!loaded && pid === null) return;
    // Ours went before this step: what is there is a package's of the same name, which comes to light again.
    if (fragment !== undefined && existsSync(fragment)) return;
    throw new PearlError('SERVICE_FAILED', 'The service manager still knows the service.', {
      hint: 'Another definition of the same name may be in its way: see systemctl cat, or launchctl print.',
    });
  }),
};
