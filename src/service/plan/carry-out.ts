// Carries out a plan, recording each step before it is done. When a step fails, or the person interrupts, everything that
// this run did is undone in reverse order; a run that is killed leaves a manifest that says how far it may have come.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { addEntry, type Manifest, removeManifest, writeManifest } from '../manifest.ts';
import { explainDiskError } from './disk-error.ts';
import { applyStep, type InstallStep, recordStep } from './steps/all-steps.ts';
import { RestartFailed } from './steps/service-step.ts';
import type { Rollback, StepContext } from './steps/step-kind.ts';

export interface CarryOutOptions {
  context: StepContext;
  manifestFile: string;
  /** The record before this run, as it is on the disk; null for a first install. */
  before: Manifest | null;
  /** The record to begin with: its `before` with this run's version and paths. */
  manifest: Manifest;
  /** Called before each step. */
  onStep?: (step: InstallStep) => void;
  signal?: AbortSignal;
}

/** Resolves when all steps are done and the manifest is complete. */
export async function carryOut(steps: readonly InstallStep[], options: CarryOutOptions): Promise<void> {
  const { context, manifestFile, signal } = options;
  let manifest: Manifest = { ...options.manifest, complete: false };
  const undos: Rollback[] = [];
  try {
    for (const step of steps) {
      if (signal?.aborted) throw new PearlError('SERVICE_FAILED', 'The install was interrupted.');
      options.onStep?.(step);
      const entry = await recordStep(step, context);
      if (entry !== null) manifest = addEntry(manifest, entry);
      record(manifestFile, manifest);
      undos.push(await apply(step, context));
    }
  } catch (thrown) {
    const restarted = thrown instanceof RestartFailed;
    const error = restarted ? thrown.cause : thrown;
    if (restarted) undos.push({ after: () => context.manager.restart() });
    // The folder of a first install's manifest goes with it, so the manifest goes before; should this process be killed
    // now, `uninstall` finds the rest by looking.
    if (options.before === null) removeManifest(manifestFile);
    const left = await rollBack(undos);
    if (options.before !== null) writeManifest(manifestFile, options.before);
    else if (left.length > 0) record(manifestFile, manifest);
    if (left.length === 0) throw undone(error, undos.length);
    throw new PearlError(
      'SERVICE_FAILED',
      `${messageOf(error)} Undoing it failed too: ${left.map(messageOf).join(' ')}`,
      {
        hint: fix`Type: ${pearlctl('uninstall')}`,
        cause: error,
      },
    );
  }
  record(manifestFile, { ...manifest, previous: null, complete: true });
}

async function apply(step: InstallStep, context: StepContext): Promise<Rollback> {
  try {
    return await applyStep(step, context);
  } catch (error) {
    if (error instanceof RestartFailed) throw error;
    throw explainDiskError(error, 'path' in step ? step.path : 'folder' in step ? step.folder : 'A step');
  }
}

function record(file: string, manifest: Manifest): void {
  // The first steps of a first install make the folder that the manifest lies in.
  if (!existsSync(dirname(file))) return;
  try {
    writeManifest(file, { ...manifest, updated_at: new Date().toISOString() });
  } catch (error) {
    throw explainDiskError(error, file);
  }
}

/** Undoes what it can; what cannot be undone is returned, and does not keep the rest from being undone. */
async function rollBack(undos: readonly Rollback[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  const actions = [
    ...[...undos].reverse().map(({ now }) => now),
    ...undos.map(({ after }) => after),
    ...undos.map(({ last }) => last),
  ];
  for (const action of actions) {
    try {
      await action?.();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

/** The failure, with the good news. */
function undone(error: unknown, count: number): unknown {
  if (!(error instanceof PearlError) || count === 0) return error;
  const options = { cause: error, ...(error.fix === undefined ? {} : { hint: error.fix }) };
  return new PearlError(error.code, `${error.message} Everything was put back as it was.`, options);
}
