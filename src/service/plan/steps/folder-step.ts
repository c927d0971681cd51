// A folder that the service needs. Uninstall removes it only when install made it, and only when it is empty.
import { chmod, mkdir, rm, rmdir } from 'node:fs/promises';
import * as v from 'valibot';
import { errnoOf } from '../../../base/errors.ts';
import { entryPath, exists } from './entry-fields.ts';
import { type Owner, octal, own } from './ownership.ts';
import type { UndoableStepKind, UninstallStepKind } from './step-kind.ts';

export interface FolderStep {
  kind: 'folder';
  path: string;
  mode: number;
  owner: Owner | null;
}

/** Only when it is empty: it was made for us, and another program may use it by now. */
export interface FolderRemoval {
  kind: 'empty-folder';
  path: string;
}

export const folderEntry = v.object({ kind: v.literal('folder'), path: entryPath, existed: v.boolean() });

export const FOLDER: UndoableStepKind<FolderStep, v.InferOutput<typeof folderEntry>, FolderRemoval> = {
  describe: ({ path, mode, owner }) => [`make the folder ${path} (${octal(mode)}${owner ? `, ${owner.user}` : ''})`],
  record: async ({ path }) => ({ kind: 'folder', path, existed: await exists(path) }),
  async apply({ path, mode, owner }, context) {
    await mkdir(path);
    await chmod(path, mode);
    if (owner) await own(context, path, owner);
    // What a service that did not come up has left in a folder of its own (a Mac's crash.log) was not there before.
    const isOwn = context.managedFolders.includes(path);
    return { now: () => (isOwn ? rm(path, { recursive: true, force: true }) : removeEmpty(path)) };
  },
  undo: ({ path, existed }, facts) => (!existed && facts.exists(path) ? [{ kind: 'empty-folder', path }] : []),
};

export const FOLDER_REMOVAL: UninstallStepKind<FolderRemoval> = {
  describe: ({ path }) => [`remove the folder ${path}, if it is empty`],
  apply: ({ path }) => removeEmpty(path),
};

/** Another program may use it by now. */
async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errnoOf(error) ?? '')) throw error;
  }
}
