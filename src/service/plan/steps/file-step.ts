// A file that install writes whole: the definition of the service. The plan shows what changes in it, and the manifest
// keeps the hash of what was written, so that a later change by hand shows.
import { createHash } from 'node:crypto';
import { chown, lstat, readFile, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomically } from '../../../base/atomic-file.ts';
import { diffLines } from '../../../base/text-lines.ts';
import { crashLogFile } from '../../launchd/plist.ts';
import { entryPath, exists } from './entry-fields.ts';
import { type Owner, octal, own } from './ownership.ts';
import type { Rollback, StepContext, UndoableStepKind, UndoFacts, UninstallStepKind } from './step-kind.ts';

/** Of the file that launchd writes for a daemon. */
export const CRASH_LOG_TITLE = 'what launchd hears of the service';

export interface FileStep {
  kind: 'file';
  path: string;
  mode: number;
  owner: Owner | null;
  content: string;
  /** The text that is there now. */
  before: string | null;
  title: string;
}

export interface FileRemoval {
  kind: 'file';
  path: string;
  title: string;
  note: string | null;
}

export const fileEntry = v.object({
  kind: v.literal('file'),
  path: entryPath,
  existed: v.boolean(),
  /** Of what we wrote, hexadecimal. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export type FileEntry = v.InferOutput<typeof fileEntry>;

export const FILE: UndoableStepKind<FileStep, FileEntry, FileRemoval> = {
  describe: ({ path, before, title, mode, content }) => [
    `${before === null ? 'write' : 'change'} ${path} (${title}, ${octal(mode)})`,
    ...diffLines(before ?? '', content).map((line) => `    ${line}`.trimEnd()),
  ],
  model: (step) => ({ ...step, diff: diffLines(step.before ?? '', step.content) }),
  record: ({ path, content }) => recordFile(path, content),
  apply: ({ path, content, mode, owner, before }, context) => replaceFile(context, path, content, mode, owner, before),
  undo: ({ path, existed, sha256 }, facts) =>
    existed || !facts.exists(path) ? [] : [fileRemoval(path, sha256, facts)],
};

export const FILE_REMOVAL: UninstallStepKind<FileRemoval> = {
  describe: ({ path, title, note }) => [`remove ${path} (${title}${note === null ? '' : `; ${note}`})`],
  apply: ({ path }) => rm(path, { force: true }),
};

/** The removal of a file of ours; `sha256` is null where there is no record of what we wrote. */
export function fileRemoval(path: string, sha256: string | null, facts: UndoFacts): FileRemoval {
  const { definitionFile, paths, hashOf } = facts;
  const secret = dirname(path) === paths.credentialsFolder;
  const heard = path === crashLogFile(paths);
  const title = secret
    ? 'a copied password'
    : heard
      ? CRASH_LOG_TITLE
      : path === definitionFile
        ? 'the definition of the service'
        : 'written by install';
  const changed = !secret && !heard && sha256 !== null && sha256 !== hashOf(path);
  return { kind: 'file', path, title, note: changed ? 'changed by hand since it was installed' : null };
}

export async function recordFile(path: string, content: string): Promise<FileEntry> {
  return { kind: 'file', path, existed: await exists(path), sha256: contentHash(content) };
}

/** SHA-256 of a file's content, hexadecimal. */
export function contentHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * Replaces the file in one rename; taking it back restores text, mode and owner, or removes a file that was not there.
 *
 * @param earlier what is restored, where that is not what is there now: after an upgrade that was cut off.
 */
export async function replaceFile(
  context: StepContext,
  path: string,
  content: string,
  mode: number,
  owner: Owner | null,
  earlier: string | null = null,
): Promise<Rollback> {
  const before = await readFile(path).catch(() => null);
  const facts = before === null ? null : await lstat(path);
  writeFileAtomically(path, content, { mode, durable: true });
  if (owner) await own(context, path, owner);
  const restore = async (): Promise<void> => {
    if (before === null || facts === null) return unlink(path);
    writeFileAtomically(path, earlier ?? before.toString('utf8'), { mode: facts.mode & 0o7777, durable: true });
    await chown(path, facts.uid, facts.gid);
  };
  return { now: restore };
}
