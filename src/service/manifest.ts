// The record of what an install did, and so of what an uninstall has to undo. Written durably before each step, so that
// it is never behind the machine: an entry may name something that was not done yet, never the other way round.
import { existsSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { PearlError } from '../base/errors.ts';
import { parseJson } from '../base/json-fields.ts';
import { accessEntry } from './plan/steps/access-step.ts';
import { accountEntry } from './plan/steps/account-step.ts';
import { entryPath } from './plan/steps/entry-fields.ts';
import { fileEntry } from './plan/steps/file-step.ts';
import { folderEntry } from './plan/steps/folder-step.ts';
import { lingerEntry } from './plan/steps/linger-step.ts';
import { linkEntry } from './plan/steps/link-step.ts';
import { runtimeEntry } from './plan/steps/runtime-step.ts';
import { enabledEntry } from './plan/steps/service-step.ts';

/** One thing on the machine, as the step that made it recorded it. */
const entry = v.variant('kind', [
  accountEntry,
  folderEntry,
  fileEntry,
  accessEntry,
  runtimeEntry,
  linkEntry,
  lingerEntry,
  enabledEntry,
]);

const manifest = v.object({
  schema: v.literal(1),
  version: v.pipe(v.string(), v.maxLength(64)),
  scope: v.picklist(['user', 'system']),
  instance: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  manager: v.picklist(['systemd', 'launchd']),
  definition_file: entryPath,
  runtime_root: entryPath,
  updated_at: v.pipe(v.string(), v.maxLength(40)),
  /** False from the first step of an install until its last, and from the first of an uninstall on. */
  complete: v.boolean(),
  /** False once the service is uninstalled: what is left is the note of the folders that were made for it. */
  installed: v.optional(v.boolean(), true),
  /** Of an upgrade that is not complete: what ran before it (`plan/interrupted.ts`). */
  previous: v.optional(
    v.nullable(
      v.object({
        version: v.pipe(v.string(), v.maxLength(64)),
        /** The name of its folder. */
        target: v.pipe(v.string(), v.regex(/^[\w.+-]{1,128}$/)),
        definition: v.pipe(v.string(), v.maxLength(64 * 1024)),
        running: v.boolean(),
      }),
    ),
  ),
  entries: v.pipe(v.array(entry), v.maxLength(500)),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type ManifestEntry = v.InferOutput<typeof entry>;

export function formatManifest(value: Manifest): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Reads a manifest's text; null when it is not one. */
export function parseManifest(text: string): Manifest | null {
  const result = v.safeParse(manifest, parseJson(text));
  return result.success ? result.output : null;
}

/**
 * The manifest of an instance; null when there is none or none that can be read, and then one has to look.
 *
 * Uninstall deletes what it names, so a manifest that an account other than the reader (or root) could have written is
 * refused with SERVICE_CONFLICT, and one of a newer version with STATE_NEWER.
 */
export function readManifest(file: string, uid: number): Manifest | null {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts?.isFile()) return null;
  if ((facts.uid !== uid && facts.uid !== 0) || (facts.mode & 0o022) !== 0) {
    throw new PearlError('SERVICE_CONFLICT', `${file} may have been written by another account.`, {
      hint: 'Look at it, then make it yours (chown, chmod 0600) or remove it, and try again.',
    });
  }
  const text = readFileSync(file, 'utf8');
  const newer = /^\{\s*"schema": (?:[2-9]|[1-9]\d)/.test(text);
  if (!newer) return parseManifest(text);
  throw new PearlError('STATE_NEWER', `${file} is of a newer pearlctl, which knows what it installed.`, {
    hint: 'Use that version for this, as it is on this machine.',
  });
}

/** Replaces the manifest; on return it survives a power cut. */
export function writeManifest(file: string, value: Manifest): void {
  writeFileAtomically(file, formatManifest(value), { mode: 0o600, durable: true });
}

/** Where an uninstall leaves its note: not a manifest, since nothing is installed any more. */
export function noteFile(manifestFile: string): string {
  return join(dirname(manifestFile), 'uninstalled.json');
}

export function removeManifest(file: string): void {
  if (existsSync(file)) unlinkSync(file);
}

/** Two entries with the same key describe the same thing. */
function entryKey(item: ManifestEntry): string {
  const about = 'path' in item ? item.path : 'name' in item ? item.name : 'user' in item ? item.user : '';
  return `${item.kind} ${about}`;
}

/** Adds an entry. What an earlier install found there is remembered: only the first one saw the machine without us. */
export function addEntry(value: Manifest, item: ManifestEntry): Manifest {
  const key = entryKey(item);
  const index = value.entries.findIndex((candidate) => entryKey(candidate) === key);
  const before = value.entries[index];
  if (before === undefined) return { ...value, entries: [...value.entries, item] };
  const entries = [...value.entries];
  // The hash is of what we wrote ourselves, and so the newest one counts.
  if ('sha256' in before && 'sha256' in item) entries[index] = { ...before, sha256: item.sha256 };
  return { ...value, entries };
}
