// Whether the limits of the configuration bite: the kernel's, in control groups of a real systemd.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, cgroupsForLimits, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, type Status, statusOf } from './product.ts';

const cgroups = cgroupsForLimits();
const skip = whyNoBox() || (typeof cgroups === 'object' && cgroups.why);
t.setTimeout(300_000);

const LIMITS = '[service]\nmemory_max = 300M\ncpu_weight = 50\n';

t.test('memory and processor limits bite, and hit the miner alone', { skip, timeout: 300_000 }, async (t) => {
  const box = await Box.create(PRODUCT, cgroups === 'unified' ? 'unified' : 'hybrid');
  t.teardown(() => box.down());
  await box.boot();
  const configure = async (text: string): Promise<void> => {
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: text });
    await box.run(['chmod', '640', '/etc/pearlctl/pearlctl.ini']);
  };
  const status = (what: string, is: (now: Status) => boolean): Promise<Status> =>
    until<Status | null>(what, async () => {
      const now = await statusOf((command) => box.exec(command));
      return is(now) ? now : null;
    });
  await box.run(['mkdir', '/etc/pearlctl']);
  await configure(CONFIG() + LIMITS);
  const installed = await pearlctl(box, 'install', '--yes', '--json');
  t.equal(installed.exitCode, 0, installed.stderr);
  const group = await box.run(['systemctl', 'show', '-p', 'ControlGroup', '--value', 'pearlctl']);
  t.equal(group, '/pearlctl.service', 'beside the slices');
  await status('work', (now) => now.state === 'running' && now.job !== null);
  const limits =
    cgroups === 'hybrid'
      ? [
          ['memory/pearlctl.service/memory.limit_in_bytes', String(300 * 2 ** 20)],
          // 50 of 100 becomes half of the 1024 of v1.
          ['cpu/pearlctl.service/cpu.shares', '512'],
        ]
      : [
          ['pearlctl.service/memory.max', String(300 * 2 ** 20)],
          ['pearlctl.service/cpu.weight', '50'],
        ];
  for (const [file = '', value] of limits) t.equal(await box.run(['cat', `/sys/fs/cgroup/${file}`]), value, file);

  const before = await status('a miner', (now) => now.children?.miner.pid !== null);
  // The matrices of this shape are larger than the limit.
  const larger = CONFIG().replace('threads = 1', 'threads = 1\nmemory = 1500M');
  await configure(`${larger}[shape]\npreset = pool\n${LIMITS}`);
  const reload = await pearlctl(box, 'reload');
  t.equal(reload.exitCode, 0, reload.stderr);
  const killed = await status('a miner that is killed', (now) => now.children?.miner.lastExit?.signal === 'SIGKILL');
  t.equal(killed.supervisor?.pid, before.supervisor?.pid, 'the supervisor lives');
  t.equal(killed.children?.gateway.restarts, 0, 'and the gateway was not hit');
  t.equal(await box.run(['systemctl', 'is-active', 'pearlctl']), 'active', 'OOMPolicy=continue');
  const named =
    /the miner was killed by SIGKILL: the kernel ended it for want of memory \(its control group may use 300 MiB\)/;
  await until('the journal to name it', async () =>
    named.test(await box.run(['journalctl', '-u', 'pearlctl', '-o', 'cat', '--no-pager', '-n', '200'])),
  );
  const counted =
    cgroups === 'hybrid' ? 'memory/pearlctl.service/memory.oom_control' : 'pearlctl.service/memory.events';
  t.match(await box.run(['cat', `/sys/fs/cgroup/${counted}`]), /^oom_kill [1-9]/m, 'the kernel counts it');
  await until('the word for it', async () => /memory ran out/.test((await pearlctl(box, 'status')).stdout));

  await configure(CONFIG() + LIMITS);
  t.equal((await pearlctl(box, 'reload')).exitCode, 0);
  const after = await status('work again', (now) => now.state === 'running' && now.children?.miner.pid !== null);
  t.equal(after.supervisor?.pid, before.supervisor?.pid);

  // The same limits, of a slice that it is put into.
  await box.run(['tee', '/etc/systemd/system/mining.slice'], { input: '[Slice]\nMemoryMax=480M\nCPUQuota=50%\n' });
  await box.run(['mkdir', '-p', '/etc/systemd/system/pearlctl.service.d']);
  await box.run(['tee', '/etc/systemd/system/pearlctl.service.d/slice.conf'], {
    input: '[Service]\nSlice=mining.slice\nMemoryMax=infinity\n',
  });
  await box.run(['systemctl', 'daemon-reload']);
  await configure(CONFIG());
  t.equal((await pearlctl(box, 'restart')).exitCode, 0);
  const held = await status('work in the slice', (now) => now.state === 'running' && now.job !== null);
  t.equal(
    await box.run(['systemctl', 'show', '-p', 'ControlGroup', '--value', 'pearlctl']),
    '/mining.slice/pearlctl.service',
  );
  const check = async (id: string) => JSON.parse((await pearlctl(box, 'doctor', id, '--json')).stdout).checks;
  t.match(await check('memory'), [
    { status: 'ok', fact: /^480 MiB allowed by the control group \/mining\.slice; buffers take 120 MiB/ },
  ]);
  t.match(await check('priority'), [{ fact: /its quota is 0\.5 of a processor/ }]);
  t.match(held.children?.miner, { restarts: 0 }, 'its buffers fit');
  await configure(CONFIG().replace('threads = 1', 'threads = 1\nmemory = 2G'));
  t.match(await check('memory'), [{ status: 'warning', fact: /mining\.slice, buffers of 2 GiB do not fit/ }]);
});
