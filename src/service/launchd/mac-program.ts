// Makes a copied program our own in the eyes of macOS, all of it as reported: Login Items shows who signed an executable, and a copy of
// Node would show Node's signer; and what a browser has downloaded is quarantined, and its copy with it.
import { join } from 'node:path';
import type { RunCommand } from '../run-program.ts';
import { launchdLabel } from '../service-names.ts';

/** Before the copy is put in its place. A Mac without these programs runs it all the same. */
export async function claimProgram(run: RunCommand, folder: string, instance: string | null): Promise<void> {
  const program = join(folder, 'bin', 'pearlctl');
  await attempt(run, ['xattr', '-d', '-r', 'com.apple.quarantine', folder]);
  // Ad hoc, with Node's right to make code at run time (codesign(1)).
  const sign = ['--force', '--sign', '-', '--identifier', launchdLabel(instance)];
  await attempt(run, ['codesign', ...sign, '--preserve-metadata=entitlements', program]);
}

/** Whether the copy will be signed as ours; otherwise Login Items shows it under the signer of Node. */
export async function canSign(run: RunCommand): Promise<boolean> {
  return attempt(run, ['codesign', '--help']);
}

/** @returns whether the program is there, whatever it says. */
async function attempt(run: RunCommand, command: readonly string[]): Promise<boolean> {
  try {
    await run(command);
    return true;
  } catch {
    return false;
  }
}
