// The record of what an install did, and so of what an uninstall has to undo. Written durably before each step, so that
// it is never behind the machine: an entry may name something that was not done yet, never the other way round.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomically } from '../base/atomic-file.ts';
import { PearlError } from '../base/errors.ts';

const path = v.pipe(v.string(), v.startsWith('/'), v.maxLength(4096));
const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/));
const number = v.pipe(v.number(), v.integer(), v.minValue(0));

/** One thing on the machine. `existed` means that it was there before us, and so stays. */
const entry = v.variant('kind', [
  v.object({ kind: v.literal('account'), name, existed: v.boolean() }),
  v.object({ kind: v.literal('folder'), path, existed: v.boolean() }),
  /** Hash of what we wrote, hexadecimal, so that a later change by hand shows. */
  v.object({
    kind: v.literal('file'),
    path,
    existed: v.boolean(),
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
  /** Owner and mode as they were. */
  v.object({ kind: v.literal('access'), path, uid: number, gid: number, mode: number }),
  v.object({ kind: v.literal('runtime'), path }),
  v.object({ kind: v.literal('link'), path }),
  v.object({ kind: v.literal('linger'), user: name, existed: v.boolean() }),
  v.object({ kind: v.literal('enabled'), existed: v.boolean() }),
]);

const manifest = v.object({
  schema: v.literal(1),
  version: v.pipe(v.string(), v.maxLength(64)),
  scope: v.picklist(['user', 'system']),
  instance: v.nullable(v.pipe(v.string(), v.maxLength(32))),
  manager: v.picklist(['systemd', 'launchd']),
  definition_file: path,
  runtime_root: path,
  updated_at: v.pipe(v.string(), v.maxLength(40)),
  /** False from the first step of an install until its last, and from the first of an uninstall on. */
  complete: v.boolean(),
  /** False once the service is uninstalled: what is left is the note of the folders that were made for it. */
  installed: v.optional(v.boolean(), true),
  entries: v.pipe(v.array(entry), v.maxLength(500)),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type ManifestEntry = v.InferOutput<typeof entry>;

/** The manifest's text. */
export function formatManifest(value: Manifest): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Reads a manifest's text; null when it is not one. */
export function parseManifest(text: string): Manifest | null {
  try {
    const result = v.safeParse(manifest, JSON.parse(text));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}

/**
 * The manifest of an instance; null when there is none or none that can be read, and then one has to look.
 *
 * Uninstall deletes what it names, so a manifest that somebody else than the reader (or root) could have written is
 * refused with SERVICE_CONFLICT.
 */
export function readManifest(file: string, uid: number): Manifest | null {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts?.isFile()) return null;
  if ((facts.uid !== uid && facts.uid !== 0) || (facts.mode & 0o022) !== 0) {
    throw new PearlError('SERVICE_CONFLICT', `${file} may have been written by somebody else.`, {
      hint: 'Look at it, then make it yours (chown, chmod 0600) or remove it, and try again.',
    });
  }
  return parseManifest(readFileSync(file, 'utf8'));
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

/** What an entry is about: two entries with the same key describe the same thing. */
export function entryKey(item: ManifestEntry): string {
  switch (item.kind) {
    case 'account':
      return `account ${item.name}`;
    case 'linger':
      return `linger ${item.user}`;
    case 'enabled':
      return 'enabled';
    default:
      return `${item.kind} ${item.path}`;
  }
}

/** Adds an entry. What an earlier install found there is remembered: only the first one saw the machine without us. */
export function addEntry(value: Manifest, item: ManifestEntry): Manifest {
  const key = entryKey(item);
  const index = value.entries.findIndex((candidate) => entryKey(candidate) === key);
  const before = value.entries[index];
  if (before === undefined) return { ...value, entries: [...value.entries, item] };
  const entries = [...value.entries];
  entries[index] = before.kind === 'file' && item.kind === 'file' ? { ...before, sha256: item.sha256 } : before;
  return { ...value, entries };
}

/** SHA-256 of a file's content, hexadecimal. */
export function contentHash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
