// A child that the kernel ends for want of memory is told apart from one that a person ends.
import t from 'tap';
import { MemoryKills } from '../../../src/supervisor/children/memory-kills.ts';

const V2 = '31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw';
const V1 = '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory';

t.test('what the group counts has grown: the kernel did it, and its limit is named', async (t) => {
  for (const [version, files, events] of [
    [
      2,
      {
        '/proc/7/cgroup': '0::/mining.slice/pearlctl.service\n',
        '/proc/self/mountinfo': V2,
        '/sys/fs/cgroup/mining.slice/memory.max': `${512 * 2 ** 20}\n`,
      },
      '/sys/fs/cgroup/mining.slice/pearlctl.service/memory.events',
    ],
    [
      1,
      {
        '/proc/7/cgroup': '4:memory:/box\n0::/\n',
        '/proc/self/mountinfo': V1,
        '/sys/fs/cgroup/memory/box/memory.limit_in_bytes': `${512 * 2 ** 20}\n`,
      },
      '/sys/fs/cgroup/memory/box/memory.oom_control',
    ],
  ] as const) {
    const read: Record<string, string> = { ...files, [events]: 'low 0\noom 3\noom_kill 4\n' };
    const kills = new MemoryKills((path) => read[path] ?? null);
    kills.note(7);
    delete read['/proc/7/cgroup'];
    t.equal(kills.cause(), null, `version ${version}: kill -9`);
    read[events] = 'low 0\noom 4\noom_kill 5\n';
    t.equal(kills.cause(), 'the kernel ended it for want of memory (its control group may use 512 MiB)');
  }
});

t.test('where a unit hides its processes from each other, its own group counts', async (t) => {
  const read: Record<string, string> = {
    '/proc/self/cgroup': '0::/pearlctl.service\n',
    '/proc/self/mountinfo': V2,
    '/sys/fs/cgroup/pearlctl.service/memory.events': 'oom_kill 0\n',
  };
  const kills = new MemoryKills((path) => read[path] ?? null);
  kills.note(7);
  read['/sys/fs/cgroup/pearlctl.service/memory.events'] = 'oom_kill 1\n';
  t.equal(kills.cause(), 'the kernel ended it for want of memory');
});

for (const [how, status] of [
  ['dead, but not yet buried', 'State:\tZ (zombie)\nShdPnd:\t0000000000000000\n'],
  ['killed, but not yet dead', 'State:\tR (running)\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000100\n'],
] as const) {
  t.test(`a look at a child that is ${how}, takes nothing away from its end`, async (t) => {
    const read: Record<string, string> = {
      '/proc/7/cgroup': '0::/pearlctl.service\n',
      '/proc/7/status': 'State:\tS (sleeping)\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000004000\n',
      '/proc/self/mountinfo': V2,
      '/sys/fs/cgroup/pearlctl.service/memory.events': 'oom_kill 3\n',
    };
    const kills = new MemoryKills((path) => read[path] ?? null);
    kills.note(7);
    read['/sys/fs/cgroup/pearlctl.service/memory.events'] = 'oom_kill 4\n';
    kills.note(7);
    t.equal(kills.cause(), null, 'another process of the group, while it lived');
    read['/sys/fs/cgroup/pearlctl.service/memory.events'] = 'oom_kill 5\n';
    read['/proc/7/status'] = status;
    kills.note(7);
    t.equal(kills.cause(), 'the kernel ended it for want of memory');
  });
}

t.test('it looks where the child went, and says nothing where nothing is counted', async (t) => {
  const read: Record<string, string> = {
    '/proc/7/cgroup': '0::/a\n',
    '/proc/self/mountinfo': V2,
    '/sys/fs/cgroup/a/memory.events': 'oom_kill 0\n',
    '/sys/fs/cgroup/b/memory.events': 'oom_kill 9\n',
  };
  const kills = new MemoryKills((path) => read[path] ?? null);
  t.equal(kills.cause(), null, 'before the first look');
  kills.note(7);
  read['/proc/7/cgroup'] = '0::/b\n';
  kills.note(7);
  read['/sys/fs/cgroup/a/memory.events'] = 'oom_kill 1\n';
  t.equal(kills.cause(), null, 'another group');
  read['/sys/fs/cgroup/b/memory.events'] = 'oom_kill 10\n';
  t.equal(kills.cause(), 'the kernel ended it for want of memory', 'the whole machine had too little');
  t.equal(new MemoryKills(() => null).cause(), null);
});
