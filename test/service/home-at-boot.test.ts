// Whether a user's home is there when a lingering user's services start.
import t from 'tap';
import { homeMissingAtBoot } from '../../src/service/home-at-boot.ts';

const ROOT = '22 1 8:1 / / rw - ext4 /dev/sda1 rw';
const mount = (point: string, type: string, source: string) =>
  `${ROOT}\n35 22 0:40 / ${point} rw - ${type} ${source} rw`;

function missing(files: Record<string, string>, home = '/home/ada'): string | null {
  return homeMissingAtBoot(home, { readText: (path) => files[path] ?? null, exists: (path) => path in files });
}

t.test('a home on the root, in fstab or behind a unit is there', async (t) => {
  const encrypted = { '/proc/self/mountinfo': mount('/home', 'ext4', '/dev/mapper/home') };
  for (const files of [
    {},
    { '/proc/self/mountinfo': ROOT },
    { ...encrypted, '/etc/fstab': '# comment\n/dev/mapper/home /home ext4 defaults 0 2\n' },
    { ...encrypted, '/etc/fstab': '/dev/mapper/home\t/home ext4 noauto,x-systemd.automount 0 2\n' },
    { ...encrypted, '/run/systemd/generator.late/home.mount': '' },
    { ...encrypted, '/run/systemd/container': 'lxc' },
    { '/proc/self/mountinfo': mount('/home', 'nfs4', 'server:/home') },
  ] as Record<string, string>[]) {
    t.equal(missing(files), null, JSON.stringify(files));
  }
  const spaced = { '/proc/self/mountinfo': mount('/home/a\\040b', 'ext4', '/dev/sdb1') };
  t.equal(missing({ ...spaced, '/etc/fstab': '/dev/sdb1 /home/a\\040b ext4 defaults\n' }, '/home/a b'), null);
  t.equal(missing({ ...spaced, '/etc/systemd/system/home-a\\x20b.mount': '' }, '/home/a b'), null);
});

t.test('a home that the login unlocks or mounts is told, with who does it', async (t) => {
  for (const [files, why] of [
    [{ '/home/ada.home': '' }, /systemd-homed/],
    [{ '/home/ada.homedir': '' }, /systemd-homed/],
    [{ '/proc/self/mountinfo': mount('/home/ada', 'ecryptfs', '/home/.ecryptfs/ada/.Private') }, /ecryptfs/],
    [{ '/proc/self/mountinfo': mount('/home/ada', 'fuse.gocryptfs', '/home/ada.cipher') }, /fuse\.gocryptfs/],
    [
      {
        '/proc/self/mountinfo': mount('/home', 'ext4', '/dev/sdb1'),
        '/etc/fstab': '/dev/sdb1 /home ext4 noauto,user 0 0\n',
      },
      /noauto/,
    ],
    [{ '/proc/self/mountinfo': mount('/home/ada', 'ext4', '/dev/mapper/_dev_sdb1') }, /neither by \/etc\/fstab/],
  ] as [Record<string, string>, RegExp][]) {
    t.match(missing(files), why);
  }
});
