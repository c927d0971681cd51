// The last steps of an uninstall: the record of the install goes, and a note of the folders that were made for it stays
// for a later purge.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Manifest, noteFile, removeManifest, writeManifest } from '../../manifest.ts';
import type { UninstallStepKind } from './step-kind.ts';

export interface ManifestRemoval {
  kind: 'manifest';
  path: string;
}

/** What a later purge has to know: the folders that were made for us, of those that are still there. */
export interface NoteStep {
  kind: 'note';
  path: string;
  manifest: Manifest;
}

export function manifestRemoval({ installed }: Manifest, manifestFile: string): ManifestRemoval {
  return { kind: 'manifest', path: installed ? manifestFile : noteFile(manifestFile) };
}

/** The manifest is gone by then; of what it knew, this is still of use. */
export function noteSteps(manifest: Manifest, manifestFile: string): NoteStep[] {
  const entries = manifest.entries.filter((entry) => entry.kind === 'folder' && !entry.existed);
  const note = { ...manifest, complete: true, installed: false, entries };
  return entries.length === 0 ? [] : [{ kind: 'note', path: noteFile(manifestFile), manifest: note }];
}

export const MANIFEST_REMOVAL: UninstallStepKind<ManifestRemoval> = {
  describe: ({ path }) => [`remove ${path} (the record of the install)`],
  apply: async ({ path }) => removeManifest(path),
};

export const NOTE: UninstallStepKind<NoteStep> = {
  describe: ({ path }) => [`leave a note for --purge in ${path}: which folders were made for pearlctl`],
  // Written only where something is left for a purge, and where that something is.
  async apply({ path, manifest }) {
    const entries = manifest.entries.filter((entry) => entry.kind === 'folder' && existsSync(entry.path));
    if (entries.length > 0 && existsSync(dirname(path))) writeManifest(path, { ...manifest, entries });
  },
};
