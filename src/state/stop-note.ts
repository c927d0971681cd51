// The note of a stop: a supervisor whose process was there already, but had not yet locked its instance when it was stopped, finds
// the note when it has, and ends. Only the time of the file counts.
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { makeFolder } from '../base/private-folder.ts';
import type { Paths } from '../config/paths.ts';

type NotePaths = Pick<Paths, 'scope' | 'configFile' | 'runtimeFolder'>;

/** Written before the stop looks for a supervisor, so that one of the two sees the other. Never throws: a stop needs no note. */
export function noteStop({ scope, configFile, runtimeFolder }: NotePaths): void {
  // Nothing can be starting without a configuration, and nothing is left behind then.
  if (!existsSync(configFile)) return;
  try {
    makeFolder(runtimeFolder, scope === 'system' ? 0o755 : 0o700);
    writeFileAtomically(noteIn(runtimeFolder), '', { mode: 0o600, durable: false });
  } catch {
    // Another user's folder, or a full disk.
  }
}

/** Whether the stop came after `sinceMs` (Unix milliseconds); takes the note away. Asked under the lock. */
export function takeStopNote({ runtimeFolder }: Pick<Paths, 'runtimeFolder'>, sinceMs: number): boolean {
  const note = noteIn(runtimeFolder);
  const notedMs = statSync(note, { throwIfNoEntry: false })?.mtimeMs;
  if (notedMs === undefined) return false;
  rmSync(note, { force: true });
  // A time to come is of a clock that was put back since. Files have fractions of a millisecond, `Date.now()` has none.
  return notedMs > sinceMs && Math.floor(notedMs) <= Date.now();
}

function noteIn(runtimeFolder: string): string {
  return join(runtimeFolder, 'stopped');
}
