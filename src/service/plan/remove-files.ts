// Carries out the steps of an uninstall, and tells what is still there afterwards. An uninstall that was interrupted can
// simply be repeated.
import { errnoOf, PearlError } from '../../base/errors.ts';
import { type Manifest, writeManifest } from '../manifest.ts';
import { applyRemoval, type UninstallStep } from './steps/all-steps.ts';
import { exists } from './steps/entry-fields.ts';
import type { StepContext } from './steps/step-kind.ts';

export interface RemoveOptions {
  context: Pick<StepContext, 'manager' | 'run'>;
  manifestFile: string;
  manifest: Manifest | null;
  onStep?: (step: UninstallStep) => void;
}

/** Carries out all of it; throws at the first thing that cannot be removed, and can then simply be repeated. */
export async function removeAll(steps: readonly UninstallStep[], options: RemoveOptions): Promise<void> {
  const { manifest, manifestFile } = options;
  if (manifest?.complete && manifest.installed) writeManifest(manifestFile, { ...manifest, complete: false });
  for (const step of steps) {
    options.onStep?.(step);
    try {
      await applyRemoval(step, options.context);
    } catch (error) {
      if (error instanceof PearlError) throw error;
      const where = 'path' in step ? step.path : step.kind;
      throw new PearlError('SERVICE_FAILED', `${where} could not be removed (${errnoOf(error) ?? String(error)}).`, {
        hint: 'The rest is still recorded: solve this, then type the same command again.',
        cause: error,
      });
    }
  }
}

/** Of the removals, those whose object is still there: an uninstall is over when this is empty. */
export async function findRemains(steps: readonly UninstallStep[]): Promise<string[]> {
  const remains: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'file' && step.kind !== 'tree') continue;
    if (await exists(step.path)) remains.push(step.path);
  }
  return remains;
}
