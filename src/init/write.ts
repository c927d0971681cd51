// The only place that writes a configuration: checked whole before, atomically, for its owner alone, and with what changes
// as a diff for whoever asks.
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkConfig } from '../config/config.ts';
import { readConfigFile } from '../config/file.ts';
import type { Paths } from '../config/paths.ts';
import { errnoOf, PearlError } from '../errors.ts';
import { makeFolder } from '../folder.ts';
import { diffLines } from '../service/plan/diff.ts';
import { writeFileAtomically } from '../sidecar/atomic-file.ts';

export interface ConfigChange {
  readonly path: string;
  readonly text: string;
  /** What is there now, or null. */
  readonly before: string | null;
  /** What would change: a diff, or the whole text where there is no file yet; empty where nothing changes. */
  readonly changes: string;
}

/** Checks the new text and compares it; touches nothing. Throws the first problem of the new text, and CONFIG_UNREADABLE. */
export async function planChange(paths: Paths, text: string): Promise<ConfigChange> {
  const path = paths.configFile;
  const { problems } = checkConfig(text, path, { home: paths.userHome });
  if (problems[0]) throw problems[0];
  const before = existsSync(path) ? await readConfigFile(path) : null;
  return { path, text, before, changes: describe(before, text) };
}

function describe(before: string | null, text: string): string {
  if (before === text) return '';
  return before === null ? text : diffLines(before, text).join('\n');
}

/** Writes it; an existing file keeps its mode. Throws HOME_UNWRITABLE. */
export function writeChange({ path, text }: ConfigChange): void {
  try {
    makeFolder(dirname(path), 0o700);
    const mode = existsSync(path) ? statSync(path).mode & 0o777 : 0o600;
    writeFileAtomically(path, text, { mode, durable: true });
  } catch (error) {
    throw new PearlError('HOME_UNWRITABLE', `The configuration ${path} cannot be written (${errnoOf(error)}).`, {
      hint: `Look at the folder with: ls -ld ${dirname(path)}`,
      cause: error,
    });
  }
}
