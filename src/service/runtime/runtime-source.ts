// What a runtime is made of, found in the running program: a package with its build, or an installed runtime itself.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PearlError } from '../../base/errors.ts';
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
  /** SHA-256 over all of it, hexadecimal: equal content, equal digest. */
  digest: string;
}

/** Name of the addon's file for this platform, up to its variant (`-gnu`, `-musl`). */
const ADDON = `pearlctl.${process.platform}-${process.arch}`;

/** The files of the runtime that `programFolder` can make. Throws INTERNAL when a part was never built. */
export function listRuntimeFiles(programFolder: string): RuntimeFile[] {
  const installed = existsSync(join(programFolder, 'pearlctl.mjs'));
  const bundle = installed
    ? join(programFolder, 'pearlctl.mjs')
    : join(programFolder, 'dist', 'bundle', 'pearlctl.mjs');
  const native = installed ? programFolder : join(programFolder, 'dist', 'native');
  const addons = existsSync(native)
    ? readdirSync(native)
        .filter((name) => name.startsWith(ADDON))
        .sort()
    : [];
  const page = installed ? join(programFolder, 'page') : join(programFolder, 'dist', 'page');
  const needed = [bundle, ...(addons.length === 0 ? [join(native, `${ADDON}*.node`)] : []), join(page, 'index.html')];
  const missing = needed.find((path) => !existsSync(path)) ?? null;
  if (missing !== null) {
    throw new PearlError('INTERNAL', `This copy of pearlctl is incomplete: ${missing} is missing.`, {
      hint: 'In a checkout, type: npm run setup. Otherwise install the package again.',
    });
  }
  return [
    { from: bundle, to: 'pearlctl.mjs' },
    { from: join(programFolder, 'package.json'), to: 'package.json' },
    // Beside the bundle, where `native.ts` looks first.
    ...addons.map((name) => ({ from: join(native, name), to: name })),
    ...filesBelow(page, 'page'),
    ...filesBelow(join(programFolder, 'templates'), 'templates'),
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
  const hash = createHash('sha256').update(`node ${node.how} ${node.path}\0`);
  const parts = node.how === 'copy' ? [...files, { from: copied, to: 'bin/node' }] : files;
  for (const { from, to } of parts) {
    hash.update(`${to}\0`);
    for await (const chunk of createReadStream(from)) hash.update(chunk);
    hash.update('\0');
  }
  return hash.digest('hex');
}
