// Editing the configuration in the user's own editor: on a copy, which replaces the file only when it is right.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { execa } from 'execa';
import { readConfigFile } from '../config/file.ts';
import type { Paths } from '../config/paths.ts';
import { PearlError } from '../errors.ts';
import { type ConfigChange, planChange, writeChange } from './write.ts';

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
      const plan = await planChange(paths, await readFile(copy, 'utf8'));
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

/** $VISUAL and $EDITOR may carry arguments (`code --wait`): they are split at blanks, and no shell reads them. */
async function openEditor(path: string): Promise<void> {
  const [program = 'vi', ...args] = (process.env.VISUAL || process.env.EDITOR || 'vi').trim().split(/\s+/);
  const result = await execa(program, [...args, path], { stdio: 'inherit', reject: false });
  if (result.failed) {
    throw new PearlError('INPUT_INVALID', `The editor ${program} failed, and nothing was changed.`, {
      hint: 'Name another: EDITOR=nano pearlctl config edit',
      cause: result,
    });
  }
}
