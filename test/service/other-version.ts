// The same program under another version's name, for upgrades.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** Writes `package.json` and, with `addon`, `dist/native` of that version; its text has to be as long as the real one's. */
export function writeVersion(version: string, folder: string, addon: boolean): void {
  const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
  if (version.length !== manifest.version.length) throw new Error(`${version} does not fit into ${manifest.version}`);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, version }));
  if (!addon) return;
  const native = join(folder, 'dist', 'native');
  mkdirSync(native, { recursive: true });
  const source = join(repository, 'dist', 'native');
  for (const name of readdirSync(source).filter((file) => file.endsWith('.node'))) {
    // The addon knows its version too.
    const text = readFileSync(join(source, name), 'latin1').replaceAll(manifest.version, version);
    const file = join(native, name);
    writeFileSync(file, text, { encoding: 'latin1', mode: 0o755 });
    // A changed library has lost its signature, and Apple silicon runs none without.
    if (process.platform === 'darwin') spawnSync('codesign', ['--force', '--sign', '-', file], { stdio: 'inherit' });
  }
}

/** Puts `then` in front of the program: it happens where `verb` runs as the service, and not where the version is proved. */
export function spoil(folder: string, verb: string, then: string, config = '/etc/pearlctl/pearlctl.ini'): void {
  const file = join(folder, 'dist', 'bundle', 'pearlctl.mjs');
  const program = readFileSync(file, 'utf8').replace(/^#!.*\n/, '');
  const where = `process.argv[2] === '${verb}' && process.argv.includes('${config}')`;
  writeFileSync(file, `#!/usr/bin/env node\nif (${where}) { ${then} }\n${program}`);
}

/** A whole package of that version, to install from. */
export function packageAs(version: string, folder: string): string {
  writeVersion(version, folder, true);
  for (const part of ['templates', 'dist/bundle', 'dist/page']) {
    cpSync(join(repository, part), join(folder, part), { recursive: true });
  }
  return folder;
}
