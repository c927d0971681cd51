// What a runtime is made of, found in the running program: a package with its build, or an installed runtime itself.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { PearlError } from '../../base/errors.ts';
import { REINSTALL } from '../../base/packaging/owner.ts';
import { programOwner } from '../../base/packaging/this-copy.ts';
import { fittingAddons, platformFolders } from '../../native/addon-places.ts';
import type { NodePin } from './pin.ts';

export interface RuntimeFile {
  from: string;
  /** Path inside the runtime. */
  to: string;
}

export interface RuntimeSource {
  version: string;
  files: RuntimeFile[];
  node: NodePin;
  /** What of this Node is taken away one day, in a sentence. */
  fleeting?: string | null;
  /** SHA-256 over all of it, hexadecimal: equal content, equal digest. */
  digest: string;
}

/** Beside the program itself: how the addon is called there, up to the C library. */
const ADDON = `pearlctl.${process.platform}-${process.arch}`;

/** The files of the runtime that `programFolder` can make. Throws INTERNAL when a part was never built. */
export function listRuntimeFiles(programFolder: string): RuntimeFile[] {
  const installed = existsSync(join(programFolder, 'pearlctl.mjs'));
  const bundle = installed ? programFolder : join(programFolder, 'dist', 'bundle');
  const page = join(installed ? programFolder : join(programFolder, 'dist'), 'page');
  const places = [
    installed ? programFolder : join(programFolder, 'dist', 'native'),
    ...platformFolders(`${programFolder}/`, process.platform, process.arch),
  ];
  const addons = fittingAddons(places, process.platform, process.arch);
  const needed = [
    join(bundle, 'pearlctl.mjs'),
    addons[0] ?? join(places[0] ?? '', `${ADDON}*.node`),
    join(page, 'index.html'),
  ];
  const missing = needed.find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new PearlError('INTERNAL', `This copy of pearlctl is incomplete: ${missing} is missing.`, {
      hint: `${REINSTALL[programOwner(programFolder)]}.`,
    });
  }
  return [
    // The program and the parts that it loads when they are needed.
    ...readdirSync(bundle)
      .filter((name) => /\.[cm]js$/.test(name))
      .sort()
      .map((name) => ({ from: join(bundle, name), to: name })),
    { from: join(programFolder, 'package.json'), to: 'package.json' },
    // Beside the bundle, where `native.ts` looks first.
    ...addons.map((path) => ({ from: path, to: basename(path) })),
    ...filesBelow(page, 'page'),
    // Those that packages are made with are of no use to a service.
    ...filesBelow(join(programFolder, 'templates'), 'templates').filter(
      ({ to }) => !to.startsWith('templates/packages/'),
    ),
  ];
}

function filesBelow(folder: string, to: string): RuntimeFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((from) => ({ from, to: join(to, relative(folder, from)) }));
}

/** Reads everything once. @param copied where a copy of Node is read from. */
export async function digestRuntime(
  files: readonly RuntimeFile[],
  node: NodePin,
  copied: string = node.path,
): Promise<string> {
  // Where a copy came from makes no difference to it.
  const hash = createHash('sha256').update(`node ${node.how} ${node.how === 'copy' ? '' : node.path}\0`);
  const parts = node.how === 'copy' ? [...files, { from: copied, to: 'bin/node' }] : files;
  for (const { from, to } of parts) {
    hash.update(`${to}\0`);
    for await (const chunk of createReadStream(from)) hash.update(chunk);
    hash.update('\0');
  }
  return hash.digest('hex');
}

/** SHA-256, hexadecimal. */
export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
