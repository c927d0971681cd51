// Editing the configuration in the user's own editor: on a copy, which replaces the file only when it is right.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctlByHand } from '../../base/fix.ts';
import { diffLines } from '../../base/text-lines.ts';
import { readConfigFile } from '../../config/config-file.ts';
import type { Paths } from '../../config/paths.ts';
import { splitWords } from './init-words.ts';
import { personHere } from './person-here.ts';
import { type ConfigChange, planEdit, wasChanged, writeChange } from './write-config.ts';

/**
 * Opens the editor until the text is right or the person gives up, whose error it then throws.
 *
 * @throws PearlError CONFIG_CHANGED where another program changed the file meanwhile: that is shown, and what the person wrote
 * is kept where the hint says.
 */
export async function editInEditor(paths: Paths): Promise<ConfigChange> {
  const before = await readConfigFile(paths.configFile);
  const folder = await mkdtemp(join(tmpdir(), 'pearlctl-edit-'));
  const copy = join(folder, 'pearlctl.ini');
  let kept = false;
  try {
    await writeFile(copy, before, { mode: 0o600 });
    return await editUntilRight(paths, before, copy);
  } catch (error) {
    if (!wasChanged(error)) throw error;
    kept = true;
    const hint = `What you wrote is kept. Compare: diff ${paths.configFile} ${copy}`;
    const now = await readConfigFile(paths.configFile).catch(() => '');
    process.stderr.write(`While you edited, another program changed this:\n${diffLines(before, now).join('\n')}\n`);
    throw new PearlError(error.code, error.message, { hint, cause: error });
  } finally {
    if (!kept) await rm(folder, { recursive: true, force: true });
  }
}

async function editUntilRight(paths: Paths, before: string, copy: string): Promise<ConfigChange> {
  for (;;) {
    await openEditor(copy);
    try {
      const plan = planEdit(paths, before, await readFile(copy, 'utf8'));
      if (plan.changes !== '') await writeChange(plan);
      return plan;
    } catch (error) {
      if (!(error instanceof PearlError) || wasChanged(error)) throw error;
      process.stderr.write(`pearlctl: ${error.message}\n  ${error.hint ?? ''}\n`);
      const again = (await personHere()).agree('Edit again? (No leaves the configuration as it was.)');
      if (!(await again.catch(() => false))) throw error;
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
    hint: fix`Name another: EDITOR=nano ${pearlctlByHand('config', 'edit')}`,
    cause,
  });
}
