// A user's service that starts at boot needs the user's home, and homes that are unlocked or mounted at login are not there then:
// systemd finds no unit and says nothing. Decided from the mounts, fstab and the units of mounts; where none of them tells, the home
// is taken to be there.
import { dirname, join } from 'node:path';

/** What is asked of the machine; `doctor` has a root of its own in tests. */
export interface MountFacts {
  readText(path: string): string | null;
  exists(path: string): boolean;
}

interface Mount {
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

/** Where systemd finds or makes units of mounts; the generators read fstab, and partitions by their kind. */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/run/systemd/generator',
  '/run/systemd/generator.late',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** Why the home is not there at boot, as the end of a sentence; null where it is, as far as the machine tells. */
export function homeMissingAtBoot(home: string, { readText, exists }: MountFacts): string | null {
  // systemd-homed unlocks at login (systemd-homed.service(8)).
  if (exists(`${home}.home`) || exists(`${home}.homedir`)) return 'systemd-homed unlocks it at login';
  const mount = mountOf(home, readText('/proc/self/mountinfo') ?? '');
  if (mount === null || mount.point === '/') return null;
  const { point, type, source } = mount;
  if (type === 'ecryptfs') return `${point} is encrypted with ecryptfs, and unlocked at login`;
  if (type.startsWith('fuse.')) return `${point} is mounted by a program of the session (${type})`;
  const options = fstabOptions(point, readText('/etc/fstab') ?? '');
  if (options !== null) {
    const late = options.includes('noauto') && !options.includes('x-systemd.automount');
    return late ? `${point} is marked noauto in /etc/fstab` : null;
  }
  // Mounts of a container come before its first process.
  if (!source.startsWith('/dev/') || isContainer(readText, exists)) return null;
  const unit = `${escaped(point)}.mount`;
  return UNIT_FOLDERS.some((folder) => exists(join(folder, unit)))
    ? null
    : `${point} is mounted neither by /etc/fstab nor by a unit, so perhaps at login`;
}

/** The mount that a path lies on; of several at one place the last is on top. proc_pid_mountinfo(5). */
function mountOf(path: string, mountinfo: string): Mount | null {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const point = unescaped(before.split(' ')[4] ?? '');
    const [type = '', source = ''] = after.split(' ');
    if (point !== '') mounts.set(point, { point, type, source: unescaped(source) });
  }
  for (let folder = path; ; folder = dirname(folder)) {
    const mount = mounts.get(folder);
    if (mount !== undefined) return mount;
    if (folder === dirname(folder)) return null;
  }
}

function fstabOptions(point: string, fstab: string): string[] | null {
  for (const line of fstab.split('\n')) {
    const [source = '', where = '', , options = ''] = line.trim().split(/\s+/);
    if (!source.startsWith('#') && unescaped(where) === point) return options.split(',');
  }
  return null;
}

function isContainer(readText: MountFacts['readText'], exists: MountFacts['exists']): boolean {
  return (
    exists('/run/systemd/container') || exists('/.dockerenv') || /container=/.test(readText('/proc/1/environ') ?? '')
  );
}

/** Spaces and the like stand as octal numbers in both files. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** The name of a path's unit (systemd-escape(1), --path). */
function escaped(path: string): string {
  const plain = path.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/');
  const bytes = [...Buffer.from(plain, 'utf8')];
  return bytes
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      if (character === '/') return '-';
      const kept = /[A-Za-z0-9:_]/.test(character) || (character === '.' && index > 0);
      return kept ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}
