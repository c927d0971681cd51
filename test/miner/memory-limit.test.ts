// Limits of control groups as kernels, slices and containers show them.
import t from 'tap';
import { memoryLimit } from '../../src/miner/memory-limit.ts';

const GIB = 2 ** 30;
const V2_MOUNT = '31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw';

function limitOf(files: Record<string, string>): number | null {
  return memoryLimit((path) => files[path] ?? null, 16 * GIB)?.bytes ?? null;
}

t.test('version 2: the smallest of the group and all above it', async (t) => {
  const files = {
    '/proc/self/cgroup': '0::/mining.slice/mining-gpu.slice/pearlctl.service\n',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/mining.slice/mining-gpu.slice/pearlctl.service/memory.max': 'max\n',
    '/sys/fs/cgroup/mining.slice/mining-gpu.slice/memory.max': `${2 * GIB}\n`,
    '/sys/fs/cgroup/mining.slice/memory.max': `${GIB}\n`,
  };
  t.equal(limitOf(files), GIB, 'that of the slice above the slice');
  t.equal(limitOf({ ...files, '/sys/fs/cgroup/mining.slice/memory.max': 'max\n' }), 2 * GIB);
});

t.test('version 1 beside version 2, as the hybrid layout has it', async (t) => {
  const files = {
    '/proc/self/cgroup': '4:cpu,memory:/box/inner\n0::/\n',
    '/proc/self/mountinfo': [
      '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,cpu,memory',
      '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
    ].join('\n'),
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': `${3 * GIB}\n`,
    '/sys/fs/cgroup/memory/box/inner/memory.limit_in_bytes': '9223372036854771712\n',
  };
  t.equal(limitOf(files), 3 * GIB);
});

t.test('a container that sees its own group as the top', async (t) => {
  const files = {
    '/proc/self/cgroup': '0::/docker/abc/init\n',
    '/proc/self/mountinfo': '31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup2 rw',
    '/sys/fs/cgroup/memory.max': `${GIB}\n`,
  };
  t.equal(limitOf(files), GIB);
});

t.test('none, more than there is, and what cannot be read are no limit', async (t) => {
  t.equal(limitOf({}), null);
  const files = { '/proc/self/cgroup': '0::/a\n', '/proc/self/mountinfo': V2_MOUNT };
  t.equal(limitOf(files), null);
  t.equal(limitOf({ ...files, '/sys/fs/cgroup/a/memory.max': `${64 * GIB}\n` }), null);
  t.equal(limitOf({ ...files, '/sys/fs/cgroup/a/memory.max': 'nonsense\n' }), null);
});
