// SHA256SUMS in the format of sha256sum(1), and the signatures. The secret key stays with minisign, which reads it itself.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PACKAGES_MARK } from '../packages/pack-npm.ts';
import { runTool } from '../packages/run-tool.ts';

const LIST = 'SHA256SUMS';

/** SHA-256, hexadecimal. */
export function digestOfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Writes the list of all files in `folder`. Returns their paths and the list's. */
export function writeChecksums(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ![LIST, PACKAGES_MARK].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const lines = files.map((path) => `${digestOfFile(path)}  ${relative(folder, path)}\n`);
  writeFileSync(join(folder, LIST), lines.join(''));
  return [...files, join(folder, LIST)];
}

/** Signs each file. minisign asks for the key's password itself, on the terminal. Throws when it fails. */
export function sign(files: readonly string[], secretKey: string, comment: string): void {
  runTool('minisign', ['-v'], { hint: 'On Debian: apt install minisign' });
  const args = ['-S', '-s', secretKey, '-t', comment, '-m', ...files];
  const { status } = spawnSync('minisign', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`minisign did not sign the files (exit ${status}).`);
}
