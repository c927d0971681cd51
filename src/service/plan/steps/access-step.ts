// Owner and mode of something that is there, but not for the service's account. The manifest keeps what they were.
import { chmod, chown, lstat } from 'node:fs/promises';
import * as v from 'valibot';
import { entryPath } from './entry-fields.ts';
import { type Owner, octal, own } from './ownership.ts';
import type { UndoableStepKind, UninstallStepKind } from './step-kind.ts';

export interface AccessStep {
  kind: 'access';
  path: string;
  mode: number;
  owner: Owner;
  why: string;
}

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
/** Owner and mode as they were. */
export const accessEntry = v.object({
  kind: v.literal('access'),
  path: entryPath,
  uid: number,
  gid: number,
  mode: number,
});

/** The step that gives back is what the manifest keeps. */
export type AccessReturn = v.InferOutput<typeof accessEntry>;

export const ACCESS: UndoableStepKind<AccessStep, AccessReturn, AccessReturn> = {
  describe: ({ path, owner, mode, why }) => [`give ${path} to ${owner.user}:${owner.group}, ${octal(mode)} (${why})`],
  record: ({ path }) => accessOf(path),
  async apply({ path, mode, owner }, context) {
    const before = await accessOf(path);
    await own(context, path, owner);
    await chmod(path, mode);
    return { now: () => giveBack(before) };
  },
  undo: (entry, { exists, purge }) => (exists(entry.path) && !purge ? [entry] : []),
};

export const ACCESS_RETURN: UninstallStepKind<AccessReturn> = {
  describe: ({ path, uid, gid, mode }) => [`give ${path} back its owner and mode (${uid}:${gid}, ${octal(mode)})`],
  apply: giveBack,
};

async function accessOf(path: string): Promise<AccessReturn> {
  const { uid, gid, mode } = await lstat(path);
  return { kind: 'access', path, uid, gid, mode: mode & 0o7777 };
}

async function giveBack({ path, uid, gid, mode }: AccessReturn): Promise<void> {
  await chown(path, uid, gid);
  await chmod(path, mode);
}
