// What a Node needs beside its executable. Homebrew's is a stub in front of libnode, and it and Nix link to files of their own folders,
// which an upgrade or a collection takes away.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orNull } from '../../base/errors.ts';
import type { RuntimeFile } from './runtime-source.ts';

/** `libnode.137.dylib`, `libnode.so.127`: what the stub looks for in `lib` beside its own folder. */
const LIBNODE = /^libnode\.[\w.]{1,40}$/;

/** The libraries of a Node that has to be copied, for the same place beside the copy. @param path links resolved. */
export function nodeLibraries(path: string): RuntimeFile[] {
  const folder = join(path, '..', '..', 'lib');
  const names = (orNull(() => readdirSync(folder)) ?? []).filter((name) => LIBNODE.test(name) && !name.endsWith('.a'));
  return names.sort().map((name) => ({ from: join(folder, name), to: join('lib', name) }));
}

const OWNERS: readonly (readonly [pattern: RegExp, owner: string, when: string])[] = [
  [/\/Cellar\/|^\/opt\/homebrew\/|^\/usr\/local\/opt\/|\/\.?linuxbrew\//, 'Homebrew', 'an upgrade'],
  [/^\/nix\/store\//, 'Nix', 'a garbage collection'],
];

/** The Nodes of which a copy, or the file itself, works for as long as the service is there. */
export const LASTING_NODES = 'a Node of nodejs.org, nvm, fnm, volta or your distribution needs no such files';

/** Of the files that a running Node has loaded, those that are taken away one day, in a sentence; null without any. */
export function fleetingFiles(loaded: readonly string[]): string | null {
  for (const [pattern, owner, when] of OWNERS) {
    const files = loaded.filter((path) => pattern.test(path) && !/\/libnode\.[^/]*$/.test(path));
    const [first] = files;
    if (first === undefined) continue;
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    return `Node needs files of ${owner} (${first}${more}), which ${when} may take away: ${LASTING_NODES}`;
  }
  return null;
}

/** What this Node has loaded. */
export function loadedFiles(): string[] {
  const { report } = process;
  // Without this, it looks up the names of peers.
  Object.assign(report, { excludeNetwork: true });
  const { sharedObjects } = report.getReport() as { sharedObjects?: unknown };
  return Array.isArray(sharedObjects) ? sharedObjects.filter((path) => typeof path === 'string') : [];
}
