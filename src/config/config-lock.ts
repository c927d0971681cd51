// Holding the configuration against its other writers. The kernel locks the file itself, not one beside it: nothing is left
// behind, and a killed process has let go.
import { realpathSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, PearlError } from '../base/errors.ts';
import type { FileLock } from '../native/interface.ts';
import { native } from '../native/native.ts';

/** A holder reads, checks and writes a page: milliseconds, and some more where the disk is slow and many wait. */
const PATIENCE_MS = 30_000;

/**
 * Does `act` while no other process does so with the configuration at `path`.
 *
 * Where no lock can be had (there is no file yet, the addon is missing, the file system knows none) it is done without one:
 * writers compare what is there before they replace it in any case.
 *
 * @throws PearlError CONFIG_BUSY when another process holds it for longer than `patienceMs`, and what `act` throws.
 */
export async function whileLocked<T>(path: string, act: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const held = await hold(path, patienceMs);
  try {
    return await act();
  } finally {
    held?.release();
  }
}

async function hold(path: string, patienceMs: number): Promise<FileLock | null> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const held = tryLock(path);
    if (held === 'none') return null;
    if (held !== 'taken') {
      if (inodeOf(path) === held.inode) return held;
      // The last holder has replaced the file: the lock is on a file that is no longer read.
      held.release();
    } else if (performance.now() > deadline) {
      throw new PearlError('CONFIG_BUSY', `Another process is writing the configuration ${path}.`, {
        hint: 'Try again in a moment.',
      });
    } else {
      // Of different lengths, so that those who wait do not all come back at once.
      await sleep(5 + Math.random() * 20);
    }
  }
}

function tryLock(path: string): FileLock | 'taken' | 'none' {
  try {
    return native().lockExistingFile(realpathSync(path)) ?? 'taken';
  } catch (error) {
    if (error instanceof PearlError || errnoOf(error) !== undefined) return 'none';
    throw error;
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
