// What control groups and kinds of cores leave of a machine, by real layouts below another root; and a real group with half a core,
// where this machine lets one be made.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { coresOf } from '../../src/config/profiles.ts';
import { efficientCores } from '../../src/miner/efficient-cores.ts';
import { dutyWithin, quotaCores, throttledPeriods } from '../../src/miner/quota.ts';
import { openSystemFiles } from '../../src/miner/system-files.ts';
import { native } from '../../src/native/native.ts';
import { QuotaWatch } from '../../src/supervisor/policy/quota-watch.ts';
import { FaultStage } from '../faults/stage.ts';
import { lasting, until } from '../fixtures/until.ts';

function layout(t: import('tap').Test, files: Record<string, string>) {
  const root = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return openSystemFiles(root, 'linux');
}

const CGROUP = '/sys/fs/cgroup';

t.test('the least quota of all groups counts, in both versions', async (t) => {
  const own = { '/proc/self/cgroup': '0::/a.slice/b.service' };
  const group = (path: string, max: string) => ({ [`${CGROUP}${path}/cpu.max`]: max });
  await t.test('none', async (t) =>
    t.equal(quotaCores(layout(t, { ...own, ...group('/a.slice', 'max 100000') }), 'self'), null),
  );
  await t.test('version 2', async (t) => {
    const files = layout(t, {
      ...{ ...own, ...group('/a.slice', '50000 100000'), ...group('/a.slice/b.service', '150000 100000') },
      [`${CGROUP}/a.slice/b.service/cpu.stat`]: 'usage_usec 5\nnr_periods 40\nnr_throttled 3\nthrottled_usec 9',
    });
    t.equal(quotaCores(files, 'self'), 0.5);
    t.same(throttledPeriods(files, 'self'), { throttled: 3, periods: 40 });
  });
  await t.test('version 1', async (t) => {
    const folder = `${CGROUP}/cpu,cpuacct/box`;
    const files = layout(t, {
      '/proc/self/cgroup': '5:cpu,cpuacct:/box',
      [`${folder}/cpu.cfs_quota_us`]: '200000',
      [`${folder}/cpu.cfs_period_us`]: '100000',
    });
    t.equal(quotaCores(files, 'self'), 2);
    t.equal(throttledPeriods(files, 'self'), null);
  });
  await t.test('version 1 without a limit', async (t) => {
    const files = layout(t, {
      '/proc/self/cgroup': '5:cpu:/box',
      [`${CGROUP}/cpu/box/cpu.cfs_quota_us`]: '-1',
      [`${CGROUP}/cpu/box/cpu.cfs_period_us`]: '100000',
    });
    t.equal(quotaCores(files, 'self'), null);
  });
  t.same([dutyWithin(null, 8), dutyWithin(8.5, 8), dutyWithin(0.5, 1), dutyWithin(2, 8)], [100, 100, 48, 24]);
  t.equal(dutyWithin(0.001, 64), 1, 'never nothing');
});

t.test('a changed quota is news once, and only when it stays', async (t) => {
  let quota: number | null = null;
  const watch = new QuotaWatch(() => quota);
  const at = (seconds: number) => watch.news(seconds * 1000);
  t.equal(at(0), null);
  quota = 0.5;
  t.equal(at(2), null, 'not looked at yet');
  t.equal(at(5), null, 'seen once');
  t.match(at(10), /allows 0.5 of a processor now/);
  t.equal(at(15), null);
  quota = 2;
  at(20);
  quota = 0.5;
  t.equal(at(25), null, 'back again');
  t.equal(at(30), null);
  quota = null;
  at(35);
  t.match(at(40), /no quota any more/);
});

t.test('efficient cores of Intel and Arm, and none of a machine with one kind', async (t) => {
  const cpu = '/sys/devices/system/cpu';
  await t.test('Intel', async (t) =>
    t.same(efficientCores(layout(t, { '/sys/devices/cpu_atom/cpus': '12-14,16' })), [12, 13, 14, 16]),
  );
  const arm = (...capacities: number[]) =>
    Object.fromEntries(capacities.map((capacity, index) => [`${cpu}/cpu${index}/cpu_capacity`, String(capacity)]));
  await t.test('Arm', async (t) => t.same(efficientCores(layout(t, arm(446, 1024, 446, 871))), [0, 2]));
  await t.test('one kind', async (t) => t.same(efficientCores(layout(t, arm(1024, 1024))), []));
  await t.test('not told', async (t) => t.same(efficientCores(layout(t, { [`${cpu}/online`]: '0-3' })), []));
  await t.test('nonsense', async (t) =>
    t.same(efficientCores(layout(t, { '/sys/devices/cpu_atom/cpus': '9-1,x,99999-100000' })), []),
  );
  t.equal(coresOf({ profile: 'laptop' }, 'system'), 'efficient');
  t.same(
    [coresOf({ profile: 'desktop' }, 'user'), coresOf({ profile: null }, 'system'), coresOf({ profile: null }, 'user')],
    ['all', 'all', 'all'],
  );
  t.throws(() => native().preferEfficientCores([-1]), 'a processor that is none');
});

/** A group of half a core, of version 1 or 2; or why there is none. */
function halfCore(): { folder: string } | { why: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { why: 'needs Linux and root' };
  const name = `pearlctl-quota-${process.pid}`;
  for (const base of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup']) {
    if (!existsSync(base)) continue;
    const folder = join(base, name);
    try {
      mkdirSync(folder);
      const isFirst = existsSync(join(folder, 'cpu.cfs_quota_us'));
      writeFileSync(join(folder, isFirst ? 'cpu.cfs_quota_us' : 'cpu.max'), isFirst ? '50000' : '50000 100000');
      return { folder };
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
  return { why: 'no control group with a quota can be made here' };
}

const half = halfCore();
t.test(
  'in a group with half a core, threads and rate fit, and the kernel holds little back',
  {
    skip: 'why' in half && half.why,
    timeout: 120_000,
  },
  async (t) => {
    const folder = 'why' in half ? '' : half.folder;
    t.teardown(() =>
      until('an empty group', () => {
        rmdirSync(folder);
        return true;
      }),
    );
    const stage = new FaultStage();
    t.teardown(async () => {
      await stage.stop();
      await stage.close();
    });
    stage.configure({ miner: { threads: 'auto' }, logs: { level: 'info' } });
    // The shell moves itself, and becomes the supervisor.
    stage.start({ wrapper: ['/bin/sh', '-c', 'echo $$ >"$0" && exec "$@"', join(folder, 'cgroup.procs')] });
    await stage.running();
    await until('the word for it', () =>
      /1 thread works 48 % of the time: its control group allows 0.5/.test(stage.log()),
    );
    const counts = () => {
      const text = readFileSync(join(folder, 'cpu.stat'), 'utf8');
      const count = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(text)?.[1]);
      return { periods: count('nr_periods'), throttled: count('nr_throttled') };
    };
    const before = counts();
    await lasting(5000);
    const after = counts();
    const [periods, throttled] = [after.periods - before.periods, after.throttled - before.throttled];
    t.comment(`held back in ${throttled} of ${periods} periods`);
    t.ok(throttled <= periods / 2, `${throttled} of ${periods}`);
  },
);
