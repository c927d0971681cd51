// Editing the configuration in the user's own editor: on a copy, which replaces the file only when it is right.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { execa } from 'execa';
import { readConfigFile } from '../config/file.ts';
import type { Paths } from '../config/paths.ts';
import { PearlError } from '../errors.ts';
import { splitWords } from './words.ts';
import { type ConfigChange, planEdit, writeChange } from './write.ts';

/** Opens the editor until the text is right or the person gives up, whose error it then throws. */
export async function editInEditor(paths: Paths): Promise<ConfigChange> {
  const folder = await mkdtemp(join(tmpdir(), 'pearlctl-edit-'));
  try {
    const copy = join(folder, 'pearlctl.ini');
    await writeFile(copy, await readConfigFile(paths.configFile), { mode: 0o600 });
    return await editUntilRight(paths, copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function editUntilRight(paths: Paths, copy: string): Promise<ConfigChange> {
  for (;;) {
    await openEditor(copy);
    try {
      const text = await readFile(copy, 'utf8');
      const plan = await planEdit(paths, () => text);
      if (plan.changes !== '') writeChange(plan);
      return plan;
    } catch (error) {
      if (!(error instanceof PearlError)) throw error;
      process.stderr.write(`pearlctl: ${error.message}\n  ${error.hint ?? ''}\n`);
      const again = await confirm({ message: 'Edit again? (No leaves the configuration as it was.)' });
      if (isCancel(again) || !again) throw error;
    }
  }
}

/** $VISUAL and $EDITOR may carry arguments (`code --wait`); no shell reads them. */
async function openEditor(path: string): Promise<void> {
  const line = process.env.VISUAL || process.env.EDITOR || 'vi';
  const [program, ...args] = splitWords(line) ?? [];
  if (program === undefined) throw editorFailed(`The editor "${line.slice(0, 60)}" is no command`);
  const result = await execa(program, [...args, path], { stdio: 'inherit', reject: false });
  if (result.failed) throw editorFailed(`The editor ${program} failed`, result);
}

function editorFailed(what: string, cause?: unknown): PearlError {
  return new PearlError('INPUT_INVALID', `${what}, and nothing was changed.`, {
    hint: 'Name another: EDITOR=nano pearlctl config edit',
    cause,
  });
}
