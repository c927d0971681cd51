// Makes a configuration: from answers to a file that was checked whole before it was written, and that never replaces
// another one unseen.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkConfig } from '../config/config.ts';
import type { Paths } from '../config/paths.ts';
import { renderConfig } from '../config/render.ts';
import { errnoOf, PearlError } from '../errors.ts';
import { diffLines } from '../service/plan/diff.ts';
import { writeFileAtomically } from '../sidecar/atomic-file.ts';
import { answersFor, type Choices } from './answers.ts';

export interface NewConfig {
  readonly path: string;
  readonly text: string;
  /** What is there now, or null. */
  readonly before: string | null;
  /** What would change, as a diff; the whole text where there is no file yet; empty where nothing changes. */
  readonly changes: string;
}

/** Renders and checks; touches nothing. Throws what the configuration's own check throws, and HOME_UNWRITABLE. */
export function planConfig(choices: Choices, paths: Paths): NewConfig {
  const text = renderConfig(answersFor(choices));
  const { problems } = checkConfig(text, 'the new configuration', { home: paths.userHome });
  if (problems[0]) throw problems[0];
  const before = existsSync(paths.configFile) ? readFileSync(paths.configFile, 'utf8') : null;
  return { path: paths.configFile, text, before, changes: describe(before, text) };
}

function describe(before: string | null, text: string): string {
  if (before === text) return '';
  return before === null ? text : diffLines(before, text).join('\n');
}

/** Writes it for its owner alone. Throws HOME_UNWRITABLE. */
export function writeConfig({ path, text }: NewConfig): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileAtomically(path, text, { mode: 0o600, durable: true });
  } catch (error) {
    throw new PearlError('HOME_UNWRITABLE', `The configuration ${path} cannot be written (${errnoOf(error)}).`, {
      hint: `Look at the folder with: ls -ld ${dirname(path)}`,
      cause: error,
    });
  }
}
