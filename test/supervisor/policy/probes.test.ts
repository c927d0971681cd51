// What the probes of the policy see: the load of a real program and its control group's wait, and a price command that answers,
// fails and is changed.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { type LoadCounts, loadBetween, readLoad } from '../../../src/supervisor/policy/others-load.ts';
import { PriceCommand } from '../../../src/supervisor/policy/price-command.ts';
import { lasting, until } from '../../fixtures/until.ts';

const counts = (facts: Partial<LoadCounts>): LoadCounts => ({
  ...{ atMs: 0, all: 0, busy: 0, own: new Map(), waited: new Map(), ...facts },
});

t.test('the load of others is what is used without ours, and never less than nothing', async (t) => {
  const before = counts({ own: new Map([[1, 100]]), waited: new Map([['/a', 5000]]) });
  const after = (facts: Partial<LoadCounts>) => counts({ atMs: 1000, all: 200, ...facts });
  const own = new Map([
    [1, 180],
    [2, 7],
  ]);
  t.match(loadBetween(before, after({ busy: 150, own })), { usePercent: 35, waitPercent: null });
  t.match(loadBetween(before, after({ waited: new Map([['/a', 105_000]]) })), { usePercent: 0, waitPercent: 10 });
  t.match(loadBetween(before, after({ waited: new Map([['/new', 900_000]]) })), { waitPercent: null });
  t.equal(loadBetween(before, counts({ atMs: 400, all: 80 })), null, 'too soon');
  t.equal(loadBetween(before, counts({ atMs: 1000, all: 0 })), null);
  const count = fc.nat(10_000);
  fc.assert(
    fc.property(count, count, count, count, (all, busy, from, to) => {
      const load = loadBetween(
        counts({ own: new Map([[1, from]]) }),
        counts({ atMs: 1000, all, busy, own: new Map([[1, to]]) }),
      );
      return load === null || (load.usePercent >= 0 && load.usePercent <= 100);
    }),
  );
});

t.test('the counters of the kernel: processors, our processes, and the groups beside ours', async (t) => {
  const root = t.testdir();
  const group = '/sys/fs/cgroup';
  const pressure = (total: number) =>
    `some avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\nfull avg10=0.00 total=1\n`;
  const files: Record<string, string> = {
    '/proc/stat': 'cpu  10 20 30 400 50 6 7 8 9 10\ncpu0 1 1 1\n',
    '/proc/7/stat': `7 (a (b) c) S ${Array(10).fill(0).join(' ')} 11 12 0 0\n`,
    '/proc/self/cgroup': '0::/user.slice/user@7.service/pearlctl.service\n',
    [`${group}/user.slice/cpu.pressure`]: pressure(1),
    [`${group}/system.slice/cpu.pressure`]: pressure(22),
    [`${group}/pearlctl-miner-8.scope/cpu.pressure`]: pressure(2),
    [`${group}/user.slice/user@7.service/app.slice/cpu.pressure`]: pressure(33),
    [`${group}/user.slice/user@7.service/pearlctl.service/cpu.pressure`]: pressure(3),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const read = readLoad(openSystemFiles(root, 'linux'), [7, 8], 5);
  t.match(read, { atMs: 5, all: 531, busy: 73 });
  t.same([...(read?.own ?? [])], [[7, 23]]);
  t.same(
    [...(read?.waited ?? [])].map(([folder, total]) => [folder.slice(group.length), total]).sort(),
    [
      ['/system.slice', 22],
      ['/user.slice/user@7.service/app.slice', 33],
    ],
    'none of ours, and none that ours is in',
  );
  t.equal(readLoad(openSystemFiles(join(root, 'nothing'), 'linux'), [], 0), null);
});

const noProc = process.platform !== 'linux' && 'needs /proc';
t.test('a real program that works is load, and the same one among ours is none', { skip: noProc }, async (t) => {
  const files = openSystemFiles();
  const worker = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  t.teardown(() => worker.kill('SIGKILL'));
  const pid = worker.pid ?? 0;
  const used = async () => {
    const [before, ours] = [readLoad(files, [], performance.now()), readLoad(files, [pid], performance.now())];
    await lasting(700);
    const [after, later] = [readLoad(files, [], performance.now()), readLoad(files, [pid], performance.now())];
    if (before === null || after === null || ours === null || later === null) return null;
    const [all, others] = [loadBetween(before, after), loadBetween(ours, later)];
    return all === null || others === null ? null : { all: all.usePercent, others: others.usePercent };
  };
  const seen = await until('a share of the worker', async () => {
    const now = await used();
    return now !== null && now.all > now.others + 1 ? now : null;
  });
  t.comment(`all ${seen.all.toFixed(0)} %, without the worker ${seen.others.toFixed(0)} %`);
  t.pass();
});

t.test('a price command answers by how it ends', async (t) => {
  const folder = t.testdir();
  const program = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o700);
    return path;
  };
  const cases: [string, boolean | null, RegExp | null][] = [
    [program('cheap', 'exit 0'), false, null],
    [program('dear', 'exit 1'), true, null],
    [program('broken', 'exit 7'), null, /^it ended with exit code 7$/],
    [program('killed', 'kill -9 $$'), null, /^it ended with a signal$/],
    [join(folder, 'nothing'), null, /ENOENT/],
  ];
  for (const [path, isDear, trouble] of cases) {
    let told = false;
    const command = new PriceCommand(path, () => {
      told = true;
    });
    await until(path, () => told);
    t.equal(command.isDear, isDear, path);
    trouble === null ? t.equal(command.trouble, null) : t.match(command.trouble, trouble);
    command.stop();
  }
});
