// Runs another version on trial. systemd is told of it by a drop-in below /run, which no reboot survives, launchd by a property list
// where no boot looks for one: only once that version mines does `current` point to it. So a power cut at any moment leaves a machine
// that boots into a version that has mined.
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../../../base/atomic-file.ts';
import { makeFolder } from '../../../base/private-folder.ts';
import { RestartFailed } from './service-step.ts';
import { commandLines } from './step-command.ts';
import type { InstallStepKind, StepContext } from './step-kind.ts';

export interface TrialStep {
  kind: 'trial';
  /** The drop-in, or the property list. */
  path: string;
  content: string;
  /** That have the manager read it, and start what it says. */
  commands: string[][];
}

export interface SettleStep {
  kind: 'settle';
  path: string;
  commands: string[][];
}

async function forget(path: string, { manager }: StepContext): Promise<void> {
  await rm(path, { force: true });
  // Something else may lie beside it: a drop-in of the administrator's, or the program.
  await rmdir(dirname(path)).catch(() => {});
  await manager.load();
}

export const TRIAL: InstallStepKind<TrialStep, never> = {
  describe: ({ path, commands }) => [
    'restart it with the new version, and wait until it mines; go back where it does not within 20 s (longer on a busy machine)',
    `  (by ${path}, which no boot finds)`,
    ...commandLines(commands),
  ],
  async apply({ path, content }, context) {
    const { manager, awaitSwitch } = context;
    try {
      makeFolder(dirname(path), 0o755);
      writeFileAtomically(path, content, { mode: 0o644, durable: false });
      await manager.load();
      await awaitSwitch(path);
    } catch (error) {
      // One that hangs has nothing to hand over, and would take its whole time to stop.
      await manager.kill().catch(() => {});
      await forget(path, context).catch(() => {});
      throw new RestartFailed(error);
    }
    return { now: () => forget(path, context), after: () => manager.restart() };
  },
};

export const SETTLE: InstallStepKind<SettleStep, never> = {
  describe: ({ path, commands }) => [`end the trial: remove ${path}`, ...commandLines(commands)],
  async apply({ path }, context) {
    await forget(path, context);
    return {};
  },
};
