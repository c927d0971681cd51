// Makes the packages that bring a Node: an archive for any Linux with glibc, and the packages of Debian and rpm, by nfpm.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runTool } from './run-tool.ts';
import { readManifest } from './shipped-manifest.ts';
import { type FolderParts, stageArchive, stageSystem } from './stage-folder.ts';

const NFPM = 'Type: go install github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0';
/** As each calls the processor. */
const ARCH = {
  x64: { deb: 'amd64', rpm: 'x86_64' },
  arm64: { deb: 'arm64', rpm: 'aarch64' },
} as const;

export type FolderArch = keyof typeof ARCH;

/** Packs `PEARLCTL-VERSION-linux-ARCH.tar.xz` into `to`. Returns its path. */
export function packArchive(arch: FolderArch, parts: FolderParts, to: string): string {
  const name = `pearlctl-${readManifest(parts.program).version}-linux-${arch}`;
  const archive = resolve(to, `${name}.tar.xz`);
  inWorkshop((workshop) => {
    stageArchive(join(workshop, name), parts);
    const owners = ['--owner=0', '--group=0', '--numeric-owner'];
    // One thread: with several, the bytes depend on their number.
    const env = { XZ_OPT: '-6 -T1' };
    runTool('tar', ['--format=gnu', '--sort=name', ...owners, '-cJf', archive, '-C', workshop, name], {
      env,
      hint: 'Install tar and xz-utils',
    });
  });
  return archive;
}

/** Packs for one package manager into `to`. Returns the package's path. */
export function packSystem(kind: 'deb' | 'rpm', arch: FolderArch, parts: FolderParts, to: string): string {
  const { version } = readManifest(parts.program);
  const own = ARCH[arch][kind];
  const name = kind === 'deb' ? `pearlctl_${version}_${own}.deb` : `pearlctl-${version}-1.${own}.rpm`;
  const target = resolve(to, name);
  inWorkshop((root) => {
    stageSystem(root, kind, parts);
    runTool('nfpm', ['package', '--config', 'templates/packages/nfpm.yaml', '--packager', kind, '--target', target], {
      env: {
        PACKAGE_ROOT: root,
        PACKAGE_ARCH: ARCH[arch].deb,
        PACKAGE_VERSION: version,
        SOURCE_DATE_EPOCH: String(parts.epoch),
      },
      hint: NFPM,
    });
  });
  return target;
}

function inWorkshop(make: (folder: string) => void): void {
  mkdirSync('dist', { recursive: true });
  const folder = mkdtempSync(resolve('dist/folder-layout-'));
  try {
    make(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
