// The root of a Debian as it is freshly installed: systemd, a bus, what a login needs, and nothing that builds programs. It is made
// by mmdebstrap from the mirror that apt uses here, and boxes are laid over it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { hasTool } from '../../scripts/packages/run-tool.ts';

/** What a box needs of a root, beside what every Debian has. */
const PACKAGES = ['systemd', 'dbus', 'dbus-user-session', 'libpam-systemd'];
/** Where apt has its mirrors of Debian from. */
const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

export interface BareRoot {
  readonly folder: string;
  remove(): void;
}

/** Makes one, with these packages besides. Resolves to why not, as a sentence's end, where that cannot be done here. */
export async function makeBareRoot(more: readonly string[] = []): Promise<BareRoot | string> {
  if (!hasTool('mmdebstrap')) return 'mmdebstrap is not installed';
  const sources = SOURCES.filter((file) => existsSync(file));
  const [, suite] = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  if (suite === undefined || sources.length === 0) return 'apt knows no mirror of Debian here';
  sweep();
  const workshop = mkdtempSync(join(tmpdir(), `pearlctl-root-${process.pid}-`));
  const remove = (): void => rmSync(workshop, { recursive: true, force: true });
  const folder = join(workshop, 'root');
  // A proxy, say, and whatever else this machine needs to reach the mirror.
  const { stdout: wishes } = await execa('apt-config', ['dump', 'Acquire']);
  const options = join(workshop, 'apt.conf');
  writeFileSync(options, wishes);
  const quick = [`--aptopt=${options}`, '--dpkgopt=force-unsafe-io'];
  const include = `--include=${[...PACKAGES, ...more].join(',')}`;
  const args = ['--quiet', '--mode=root', '--variant=minbase', include, ...quick, suite, folder, ...sources];
  const { exitCode, stderr } = await execa('mmdebstrap', args, { reject: false, stdin: 'ignore' });
  if (exitCode === 0) return { folder, remove };
  remove();
  return `mmdebstrap ended with ${exitCode}: ${stderr.trim().split('\n').slice(-3).join(' ')}`;
}

/** Removes those of tests that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, owner] = /^pearlctl-root-(\d+)-/.exec(name) ?? [];
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) rmSync(join(tmpdir(), name), { recursive: true });
  }
}
