// The fields that the manifest's entries share, as schemas: uninstall acts on them, so each is as narrow as it can be.
import { lstat } from 'node:fs/promises';
import * as v from 'valibot';

/** Absolute, since no path may depend on the folder that uninstall is run from. */
export const entryPath = v.pipe(v.string(), v.startsWith('/'), v.maxLength(4096));

/** Never an option of the program that it is given to. */
export const accountField = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/));

/** What a step is about to make: `existed` means that it was there before us, and so stays. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
