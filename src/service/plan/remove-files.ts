// Carries out removals. Each is fine with finding its work done already, so that an uninstall can be repeated after an
// interruption; and each checks that what it removed is gone.
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { type Manifest, removeManifest, writeManifest } from '../manifest.ts';
import type { Machine } from './machine-facts.ts';
import type { Removal } from './uninstall-plan.ts';

export interface RemoveOptions {
  machine: Pick<Machine, 'manager' | 'run'>;
  manifestFile: string;
  manifest: Manifest | null;
  onStep?: (step: Removal) => void;
}

/** Carries out all of it; throws at the first thing that cannot be removed, and can then simply be repeated. */
export async function removeAll(steps: readonly Removal[], options: RemoveOptions): Promise<void> {
  const { manifest, manifestFile } = options;
  if (manifest?.complete && manifest.installed) writeManifest(manifestFile, { ...manifest, complete: false });
  for (const step of steps) {
    options.onStep?.(step);
    try {
      await remove(step, options.machine);
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

async function remove(step: Removal, { manager, run }: RemoveOptions['machine']): Promise<void> {
  switch (step.kind) {
    case 'stop':
      return manager.stop();
    case 'disable':
      return manager.disable();
    case 'forget': {
      await manager.forget();
      const { loaded, pid } = await manager.state();
      if (!loaded && pid === null) return;
      throw new PearlError('SERVICE_FAILED', 'The service manager still knows the service.', {
        hint: 'Another definition of the same name may be in its way: see systemctl cat, or launchctl print.',
      });
    }
    case 'file':
      return rm(step.path, { force: true });
    case 'tree':
      return rm(step.path, { recursive: true, force: true });
    case 'manifest':
      return removeManifest(step.path);
    case 'empty-folder':
      return removeIfEmpty(step.path);
    case 'note':
      return leaveNote(step.path, step.manifest);
    case 'access': {
      await chown(step.path, step.uid, step.gid);
      return chmod(step.path, step.mode);
    }
    case 'linger': {
      const { code, stderr } = await run(step.command);
      if (code !== 0) throw new PearlError('SERVICE_FAILED', `Lingering stays switched on: ${stderr.trim()}`);
      return;
    }
    case 'account': {
      if ((await run(['id', '-u', step.name])).code !== 0) return;
      const { code, stderr } = await run(step.command);
      if (code !== 0) throw new PearlError('SERVICE_FAILED', `The account ${step.name} stays: ${stderr.trim()}`);
      return;
    }
  }
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errnoOf(error) ?? '')) throw error;
  }
}

/** Written only where something is left for a purge, and where that something is. */
function leaveNote(path: string, manifest: Manifest): void {
  const entries = manifest.entries.filter((entry) => entry.kind === 'folder' && existsSync(entry.path));
  if (entries.length > 0 && existsSync(dirname(path))) writeManifest(path, { ...manifest, entries });
}

/** Of the removals, those whose object is still there: an uninstall is over when this is empty. */
export async function findRemains(steps: readonly Removal[]): Promise<string[]> {
  const remains: string[] = [];
  for (const step of steps) {
    if (step.kind !== 'file' && step.kind !== 'tree') continue;
    const there = await lstat(step.path).then(
      () => true,
      () => false,
    );
    if (there) remains.push(step.path);
  }
  return remains;
}
