// What is told of each thread: its part of the rate, its core and the clock, from files as Linux has them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { openSystemFiles } from '../../src/miner/system-files.ts';
import { clocksIn, ThreadWatch } from '../../src/miner/thread-watch.ts';
import { native } from '../../src/native/native.ts';
import { until } from '../fixtures/until.ts';

/** Field 39 of a real line is the processor; a name may hold spaces and brackets. */
const stat = (core: number) =>
  `21 (pearl mine) 0) R 1 2 3 0 -1 64 ${'5 '.repeat(28)}17 ${core} 0 5 0 0 0 0 0 0 0 0 0 0 0\n`;
const CPUINFO =
  'processor\t: 0\nmodel name\t: cpu MHz : 1\ncpu MHz\t\t: 2699.998\n\nprocessor\t: 3\ncpu MHz\t\t: 1200\n';

function machine(t: Test, files: Record<string, string>) {
  const root = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return openSystemFiles(root, 'linux');
}

t.test('a thread has its part of the rate, by its tiles over the last ten seconds', async (t) => {
  const watch = new ThreadWatch(machine(t, {}));
  const at = (seconds: number, first: number, second: number) =>
    watch.at(
      { macs: BigInt(first + second) * 1000n, perThread: [first, second].map((tiles) => ({ tiles, id: null })) },
      seconds * 1000,
    );
  t.same(
    at(0, 0, 0).map(({ macsPerSecond }) => macsPerSecond),
    [0, 0],
  );
  t.same(at(2, 300, 100), [
    { macsPerSecond: 150_000, core: null, megahertz: null },
    { macsPerSecond: 50_000, core: null, megahertz: null },
  ]);
  t.equal(at(2.5, 9000, 100)[0]?.macsPerSecond, 150_000, 'nothing new between two beats');
  for (let second = 3; second <= 30; second += 1) at(second, 300, 100);
  t.same(
    at(31, 300, 100).map(({ macsPerSecond }) => macsPerSecond),
    [0, 0],
    'what rests has none',
  );
});

t.test('the core is the one that the system names, with its clock from cpufreq or else from cpuinfo', async (t) => {
  const task = { '/proc/self/task/7/stat': stat(3), '/proc/self/task/8/stat': 'nonsense' };
  const stats = { macs: 0n, perThread: [7, 8, 9].map((id) => ({ tiles: 0, id })) };
  const places = (files: Record<string, string>) =>
    new ThreadWatch(machine(t, files)).at(stats, 0).map(({ core, megahertz }) => [core, megahertz]);
  const nowhere = [
    [null, null],
    [null, null],
  ];
  t.same(places(task), [[3, null], ...nowhere]);
  t.same(places({ ...task, '/proc/cpuinfo': CPUINFO }), [[3, 1200], ...nowhere]);
  const scaled = { '/sys/devices/system/cpu/cpu3/cpufreq/scaling_cur_freq': '3912345\n', '/proc/cpuinfo': CPUINFO };
  t.same(places({ ...task, ...scaled }), [[3, 3912], ...nowhere]);
});

t.test('the text of cpuinfo: each processor with its clock, and nothing from other lines', async (t) => {
  t.same(
    [...clocksIn(CPUINFO)],
    [
      [0, 2699],
      [3, 1200],
    ],
  );
  t.same([...clocksIn('cpu MHz : 5\nprocessor : x\n')], []);
  t.same([...clocksIn(null)], []);
});

t.test('real threads are numbered so that the system knows them', { skip: process.platform !== 'linux' }, async (t) => {
  const options = { threads: 2, memoryBytes: 1 << 28, matrices: 'constant', idlePriority: false } as const;
  const miner = native().createMiner(options, () => {});
  t.teardown(() => miner.stop());
  const watch = new ThreadWatch(openSystemFiles());
  await until('both threads', () => miner.stats().perThread.every(({ id }) => id !== null));
  const { perThread } = miner.stats();
  t.equal(perThread.length, 2);
  t.ok(watch.at({ macs: 0n, perThread }, 0).every(({ core }) => core !== null));
});
