// The link `current`, which decides what version the service runs. Uninstall removes it with the root that it lies in.
import { randomBytes } from 'node:crypto';
import { rename, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { entryPath } from './entry-fields.ts';
import type { InstallStepKind } from './step-kind.ts';

export interface LinkStep {
  kind: 'link';
  path: string;
  target: string;
  /** What it points to now. */
  before: string | null;
}

export const linkEntry = v.object({ kind: v.literal('link'), path: entryPath });

export const LINK: InstallStepKind<LinkStep, v.InferOutput<typeof linkEntry>> = {
  describe: ({ path, target, before }) => [`point ${path} to ${target}${before === null ? '' : ` (now ${before})`}`],
  record: async ({ path }) => ({ kind: 'link', path }),
  async apply({ path, target, before }) {
    await pointLink(path, target);
    return { now: () => (before === null ? unlink(path) : pointLink(path, before)) };
  },
};

/** A link changes by rename: at every moment it points to the old place or to the new one. */
export async function pointLink(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), `.link-${randomBytes(4).toString('hex')}`);
  await symlink(target, temporary);
  await rename(temporary, path).catch(async (error: unknown) => {
    await unlink(temporary);
    throw error;
  });
}
