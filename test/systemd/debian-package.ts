// A Debian package of this build with the running Node in it: by nfpm, as a release has it, or where that is not installed by
// dpkg-deb, from the same files and scripts.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FolderArch, packSystem } from '../../scripts/packages/pack-folder.ts';
import { hasTool, runTool } from '../../scripts/packages/run-tool.ts';
import { readManifest } from '../../scripts/packages/shipped-manifest.ts';
import { type FolderParts, stageSystem } from '../../scripts/packages/stage-folder.ts';
import { fittingAddons } from '../../src/native/addon-places.ts';

export const hasNfpm = hasTool('nfpm');

/** The parts of the built tree in `program`. */
export function folderParts(program: string): FolderParts {
  const [addon = ''] = fittingAddons([join(program, 'dist', 'native')], process.platform, process.arch);
  return { program, addon, node: process.execPath, notices: 'Of a test.\n', epoch: 1_780_000_000 };
}

/** Packs the tree in `program` into `to`, by nfpm. Returns the package's path. */
export function systemPackage(kind: 'deb' | 'rpm', program: string, to: string): string {
  mkdirSync(to, { recursive: true });
  return packSystem(kind, process.arch as FolderArch, folderParts(program), to);
}

/** The same for Debian, also without nfpm. */
export function debianPackage(program: string, to: string): string {
  if (hasNfpm) return systemPackage('deb', program, to);
  const parts = folderParts(program);
  mkdirSync(to, { recursive: true });
  const root = mkdtempSync(join(to, 'root-'));
  stageSystem(root, 'deb', parts);
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  const { version } = readManifest(program);
  const architecture = runTool('dpkg', ['--print-architecture']).trim();
  const fields = {
    Package: 'pearlctl',
    Version: version,
    Architecture: architecture,
    Maintainer: 'none <none@example.com>',
  };
  const lines = Object.entries({ ...fields, Description: 'of a test' }).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(control, 'control'), lines.join(''));
  for (const name of ['postinst', 'prerm', 'postrm']) {
    copyFileSync(`templates/packages/${name}.sh`, join(control, name));
    runTool('chmod', ['755', join(control, name)]);
  }
  const file = join(to, `pearlctl_${version}_${architecture}.deb`);
  runTool('dpkg-deb', ['-Zgzip', '-z1', '--root-owner-group', '--build', root, file]);
  rmSync(root, { recursive: true });
  return file;
}
