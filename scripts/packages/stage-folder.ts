// Lays down the program with a Node of its own, for machines that have none: the same folder in the archive and in the packages
// of Debian and of rpm, which put the rest of a system's files around it.
import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CopyOwner, MARKER } from '../../src/base/packaging/owner.ts';
import { listRuntimeFiles } from '../../src/service/runtime/runtime-source.ts';
import { packagedUnit } from './packaged-unit.ts';
import { runTool } from './run-tool.ts';
import { readManifest, shippedManifest } from './shipped-manifest.ts';

/** Where a system package has the program. */
export const PLACE = '/usr/lib/pearlctl';
/** There is no address yet; this one is reserved for names that lead nowhere. */
const MAINTAINER = 'pearlctl contributors <contributors@pearlctl.invalid>';
const SHELLS = ['bash', 'zsh', 'fish'] as const;

export interface FolderParts {
  /** The built tree. */
  readonly program: string;
  readonly addon: string;
  /** The executable of Node. */
  readonly node: string;
  readonly notices: string;
  /** Seconds since 1970 that every file is dated. */
  readonly epoch: number;
}

type FolderOwner = Extract<CopyOwner, 'deb' | 'rpm' | 'tar'>;

/** What runs in the folder `to`, marked as `owner`'s, with the interpreter named for where it will lie. */
function layProgram(to: string, owner: FolderOwner, { program, addon, node, notices }: FolderParts): void {
  const files = listRuntimeFiles(resolve(program)).filter(({ to }) => !to.endsWith('.node') && to !== 'package.json');
  for (const file of [...files, { from: addon, to: basename(addon) }]) put(join(to, file.to), readFileSync(file.from));
  put(join(to, 'package.json'), shippedManifest(readManifest(program)));
  put(join(to, MARKER), `${owner}\n`);
  put(join(to, 'LICENSE'), readFileSync('LICENSE'));
  put(join(to, 'NOTICES.txt'), notices);
  mkdirSync(join(to, 'bin'));
  copyFileSync(node, join(to, 'bin', 'node'));
  chmodSync(join(to, 'bin', 'node'), 0o755);
}

/** The archive's folder: `pearlctl` in it starts from wherever it was unpacked, also through a link. */
export function stageArchive(to: string, parts: FolderParts): void {
  layProgram(to, 'tar', parts);
  put(join(to, 'pearlctl'), readFileSync('templates/packages/launcher.sh'), 0o755);
  put(join(to, 'CHANGELOG.md'), readFileSync('CHANGELOG.md'));
  for (const name of readdirSync('docs/man')) put(join(to, 'man', name), readFileSync(join('docs/man', name)));
  for (const shell of SHELLS) put(join(to, 'completions', `pearlctl.${shell}`), completion(shell));
  date(to, parts.epoch);
}

/** The root of a machine with the package on it. */
export function stageSystem(root: string, owner: 'deb' | 'rpm', parts: FolderParts): void {
  const { version } = readManifest(parts.program);
  const own = join(root, PLACE);
  layProgram(own, owner, parts);
  // The system lists the service's process by this name.
  symlinkSync('node', join(own, 'bin', 'pearlctl'));
  const entry = join(own, 'pearlctl.cjs');
  put(entry, readFileSync(entry, 'utf8').replace(/^#!.*/, `#!${PLACE}/bin/node`), 0o755);
  const usr = join(root, 'usr');
  mkdirSync(join(usr, 'bin'), { recursive: true });
  symlinkSync('../lib/pearlctl/pearlctl.cjs', join(usr, 'bin', 'pearlctl'));
  put(join(usr, 'lib/systemd/system/pearlctl.service'), packagedUnit(PLACE, version));
  put(join(usr, 'lib/sysusers.d/pearlctl.conf'), readFileSync('templates/packages/sysusers.conf'));
  const documents = join(usr, 'share/doc/pearlctl');
  for (const name of readdirSync('docs/man')) {
    put(join(usr, 'share/man', `man${name.at(-1)}`, `${name}.gz`), zip(readFileSync(join('docs/man', name))));
  }
  const zsh = owner === 'deb' ? 'vendor-completions' : 'site-functions';
  put(join(usr, 'share/bash-completion/completions/pearlctl'), completion('bash'));
  put(join(usr, 'share/zsh', zsh, '_pearlctl'), completion('zsh'));
  put(join(usr, 'share/fish/vendor_completions.d/pearlctl.fish'), completion('fish'));
  put(join(documents, 'CHANGELOG.md.gz'), zip(readFileSync('CHANGELOG.md')));
  if (owner === 'deb') {
    put(join(documents, 'copyright'), copyright());
    put(join(documents, 'changelog.gz'), zip(debianChangelog(version, parts.epoch)));
    put(join(usr, 'share/lintian/overrides/pearlctl'), readFileSync('templates/packages/lintian-overrides'));
  }
  date(root, parts.epoch);
}

/** In the format that Debian's tools read; what changed stands in CHANGELOG.md beside it. */
function debianChangelog(version: string, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000');
  const lines = [`pearlctl (${version}) unstable; urgency=medium`, '', '  * What changed: see CHANGELOG.md.gz.', ''];
  return [...lines, ` -- ${MAINTAINER}  ${date}`, ''].join('\n');
}

function completion(shell: (typeof SHELLS)[number]): string {
  return runTool(process.execPath, ['dist/bundle/pearlctl.mjs', 'completion', shell]);
}

function copyright(): string {
  return `pearlctl, CPU mining of Pearl as a service of the operating system.

${readFileSync('LICENSE', 'utf8').trim()}

It contains Node.js, npm packages and Rust crates. The licence and the copyright of each stand in
${PLACE}/NOTICES.txt.
`;
}

/** As `gzip -9n`: neither a name nor a time in it. */
function zip(text: string | Buffer): Buffer {
  return gzipSync(text, { level: 9 });
}

function put(path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** Gives everything in a folder the same time, and folders the mode that a umask may have kept from them. */
function date(folder: string, epoch: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) date(path, epoch);
    else lutimesSync(path, epoch, epoch);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, epoch, epoch);
}
