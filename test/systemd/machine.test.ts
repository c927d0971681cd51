// The doctor's checks of the machine, each with its fault in the machine: the built product in a box, over the files and the
// processes that it reads everywhere. Three things this kernel has none of, or has once for all: batteries, sensors
// of heat, and the switch of huge pages. There the box has files of its own laid over the kernel's, by a mount that no program
// outside of it sees; the kernel's drivers for tests (test_power, emulated temperatures) would show theirs to the whole machine.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import t from 'tap';
import type { Expected } from '../doctor/asked.ts';
import { expectShown } from '../doctor/shown.ts';
import { faultyAddon } from '../faults/native.ts';
import { missing } from '../faults/needs.ts';
import { addonFile } from '../faults/own-program.ts';
import { until } from '../fixtures/until.ts';
import { Box, cgroupsForLimits, whyNoBox } from './box.ts';
import { examineIn } from './examine.ts';
import { noHugePages, SWITCH, WITHOUT_HUGE_PAGES } from './huge-pages.ts';
import { CONFIG, FOLDER, PEARLCTL, PRODUCT, type Status } from './product.ts';

t.setTimeout(600_000);

const HOME = '/root/miner';
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'machine');
const ADDON = `${FOLDER}/dist/native/${basename(addonFile(resolve('dist/native')))}`;
const BATTERY = { type: 'Battery\n', status: 'Discharging\n', capacity: '41\n', present: '1\n' };
const ZONE = { type: 'x86_pkg_temp\n', trip_point_0_type: 'critical\n', trip_point_0_temp: '100000\n' };

/** Where the processor has nothing but the scalar kernel, that is told as a warning. */
const WELL = { status: /^(ok|warning)$/ } as const;

t.test('what is wrong with the machine is found in the machine', { skip: whyNoBox() }, async (t) => {
  const cgroups = cgroupsForLimits();
  const sysfs = t.testdir({
    power: { AC: { type: 'Mains\n', online: '0\n' }, BAT0: BATTERY },
    mouse: { hidpp_battery_0: { ...BATTERY, scope: 'Device\n', capacity: '3\n' } },
    heat: { thermal_zone0: { ...ZONE, temp: '97000\n' }, cooling_device0: { type: 'Processor\n' } },
    cpu0: { thermal_throttle: { package_throttle_count: '0\n' } },
    never: 'always madvise [never]\n',
    osrelease: '5.15.167.4-microsoft-standard-WSL2\n',
  });
  const init = join(FIXTURES, 'other-init.sh');
  const seed = {
    ...PRODUCT,
    '/root/sysfs': sysfs,
    '/root/runit': init,
    '/root/without-huge-pages.py': WITHOUT_HUGE_PAGES,
  };
  const compiler = missing(['compiler']) === null;
  const trap = join(sysfs, 'trap.node');
  if (compiler) {
    const built = spawnSync('cc', ['-shared', '-fPIC', '-o', trap, join(FIXTURES, 'trap.c')], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`cc: ${built.stderr}`);
  }
  const cargo = missing(['cargo']) === null;
  const faulty: Record<string, string> = cargo ? { '/root/faulty.node': await faultyAddon() } : {};
  const box = await Box.create({ ...seed, ...faulty }, cgroups === 'hybrid' ? 'hybrid' : 'unified');
  t.teardown(() => box.down());
  await box.boot();
  const examine = examineIn(box, HOME);
  const put = (path: string, text: string) => box.run(['tee', path], { input: text });
  const lay = (what: string, over: string) => box.run(['mount', '--bind', `/root/sysfs/${what}`, over]);
  const configure = async (...args: string[]) => {
    const { exitCode, stderr } = await box.exec([...PEARLCTL, 'config', ...args], { env: { PEARLCTL_HOME: HOME } });
    t.equal(exitCode, 0, stderr);
  };
  await box.run(['mkdir', '-m', '700', HOME]);
  await put(`${HOME}/pearlctl.ini`, CONFIG());
  await box.run(['chmod', '600', `${HOME}/pearlctl.ini`]);

  await t.test('platform: systemd; another first process; a container; Windows without systemd', async (t) => {
    await examine(t, 'platform', { status: 'ok', fact: /, (x64|arm64), services by systemd$/ });
    // The host may be a container itself.
    await box.run(['rm', '-f', '/.dockerenv']);
    const within = ['unshare', '--fork', '--pid', '--mount', '--mount-proc', '/root/runit'];
    await examine(
      t,
      'platform',
      { status: 'warning', fact: /is run by runit/, fix: /^Mine without a service: pearlctl run$/ },
      { within },
    );
    await box.run(['touch', '/.dockerenv']);
    await examine(
      t,
      'platform',
      { status: 'warning', fact: /This container/, fix: /^Mine without a service: pearlctl run$/ },
      { within },
    );
    await box.run(['rm', '/.dockerenv']);
    await box.run(['cp', '/root/sysfs/osrelease', '/root/osrelease']);
    await examine(t, 'platform', { status: 'warning', fact: /Windows/, fix: /wsl\.conf/ }, { within });
    await examine(t, 'platform', { status: 'ok' });
  });

  const noAddon = !compiler && 'needs a C compiler';
  await t.test('processor: an instruction that it does not have', { skip: noAddon }, async (t) => {
    await examine(t, 'processor', { status: 'ok', fact: /self-test passed/ });
    await box.run(['mv', ADDON, '/root/good.node']);
    await box.run(['cp', '/root/sysfs/trap.node', ADDON]);
    await examine(t, 'processor', { status: 'problem', fact: /ended by signal (4|5)$/, fix: /pearlctl self-test/ });
    await box.run(['mv', '/root/good.node', ADDON]);
    await examine(t, 'processor', { status: 'ok' });
  });

  await t.test(
    'processor: one kernel, or every one, computes wrongly',
    { skip: !cargo && 'needs cargo' },
    async (t) => {
      await box.run(['mv', ADDON, '/root/good.node']);
      await box.run(['cp', '/root/faulty.node', ADDON]);
      await box.run(['mkdir', '/root/faults']);
      const how = { env: { PEARLCTL_FAULTS: '/root/faults' } };
      const fine = await examine(t, 'processor', WELL, how);
      const kernels = /self-test passed: (.*)$/.exec(fine)?.[1]?.split(', ') ?? [];
      t.ok(kernels.length > 0, fine);
      const fix = /memory and overclocking/;
      await box.run(['touch', `/root/faults/wrong-${kernels[0]}`]);
      await examine(
        t,
        'processor',
        { status: 'problem', fact: new RegExp(`^${kernels[0]} computed wrongly`), fix },
        how,
      );
      await box.run(['touch', ...kernels.map((name) => `/root/faults/wrong-${name}`)]);
      await examine(t, 'processor', { status: 'problem', fact: 'no kernel computes rightly here', fix }, how);
      await box.run(['rm', '-r', '/root/faults']);
      await examine(t, 'processor', WELL, how);
      await box.run(['mv', '/root/good.node', ADDON]);
    },
  );

  const noLimits = typeof cgroups === 'object' && cgroups.why;
  await t.test('memory: a control group that is too small for it', { skip: noLimits }, async (t) => {
    await examine(t, 'memory', { status: 'ok' });
    const limit = ['--property=MemoryMax=380M', `--setenv=PEARLCTL_HOME=${HOME}`];
    const within = ['systemd-run', '--quiet', '--wait', '--pipe', '--collect', ...limit];
    const fix = 'pearlctl config set miner.memory 64M';
    await examine(
      t,
      'memory',
      { status: 'problem', fact: /^380 MiB allowed by the control group \/\S+, .* 95 MiB do not fit/, fix },
      { within },
    );
    await configure('set', 'miner.memory', '64M');
    await examine(t, 'memory', { status: 'ok', fact: /buffers take 64 MiB/ }, { within });
  });

  await t.test('memory: more than the machine has, or than the service may have', async (t) => {
    await configure('set', 'miner.memory', '1T');
    await examine(t, 'memory', { status: 'problem', fact: /1 TiB do not fit/, fix: /config set miner\.memory 64M/ });
    await configure('set', 'miner.memory', '64M');
    await examine(t, 'memory', { status: 'ok' });
    await configure('set', 'service.memory_max', '128M');
    await examine(t, 'memory', { status: 'warning', fix: /^pearlctl config set service\.memory_max 364M, then/ });
    await configure('set', 'service.memory_max', '364M');
    await examine(t, 'memory', { status: 'ok' });
  });

  await t.test('huge-pages: switched off for the machine', { skip: noHugePages }, async (t) => {
    await examine(t, 'huge-pages', { status: 'ok', fact: /madvise|always/ });
    await lay('never', SWITCH);
    const fix = `echo madvise | sudo tee ${SWITCH}`;
    await examine(t, 'huge-pages', { status: 'warning', fact: 'transparent huge pages are switched off', fix });
    await box.run(['umount', SWITCH]);
  });

  await t.test('huge-pages: switched off for one process and what it starts', { skip: noHugePages }, async (t) => {
    const without = ['python3', '/root/without-huge-pages.py'];
    const fix = /THP_enabled \/proc\/self\/status$/;
    await examine(t, 'huge-pages', { status: 'warning', fact: /started from here/, fix }, { within: without });

    const supervise = async (unit: string, ...words: string[]) => {
      const start = ['systemd-run', '--collect', `--unit=${unit}`, `--setenv=PEARLCTL_HOME=${HOME}`, ...words];
      await box.run([...start, ...PEARLCTL, 'supervise', '--scope', 'user']);
      return until('a miner at work', async () => {
        const { stdout } = await box.exec([...PEARLCTL, 'status', '--json'], { env: { PEARLCTL_HOME: HOME } });
        const { state, job, children } = JSON.parse(stdout) as Status;
        return state === 'running' && job !== null && children?.miner.pid;
      });
    };
    const pid = await supervise('without', ...without);
    const fact = `the miner (process ${pid}) was started without huge pages (PR_SET_THP_DISABLE)`;
    await examine(t, 'huge-pages', { status: 'warning', fact, fix: /^Stop it, and start it from a session/ });
    t.match(await box.run(['cat', `/proc/${pid}/smaps_rollup`]), /^AnonHugePages: +0 kB$/m, 'it really has none');
    await box.run(['systemctl', 'stop', 'without']);
    await supervise('with');
    await examine(t, 'huge-pages', { status: 'ok' });
    await examine(t, 'huge-pages', { status: 'ok' }, { within: without });
    await box.run(['systemctl', 'stop', 'with']);
  });

  await t.test('disk: full, too small for the logs, and read-only', async (t) => {
    const state = `${HOME}/state`;
    await box.run(['mkdir', '-p', state]);
    await box.run(['mount', '-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', state]);
    await examine(t, 'disk', { status: 'ok', fact: `200 MiB free at ${state}` });
    await box.run(['fallocate', '--length', '150M', `${state}/film.mkv`]);
    const full: Expected = {
      status: 'problem',
      fact: /^50 MiB free/,
      fix: `Free some space there: du -xh ${state} | sort -h | tail`,
    };
    await examine(t, 'disk', full);
    t.match(await box.run(['sh', '-c', `du -xh ${state} | sort -h | tail`]), /150M/, 'which shows where it went');
    await box.run(['rm', `${state}/film.mkv`]);
    await examine(t, 'disk', { status: 'ok' });
    await configure('set', 'logs.max_size', '1G');
    const fix = 'pearlctl config set logs.max_size 1M';
    await examine(t, 'disk', { status: 'warning', fact: /logs may take \d+ GiB/, fix });
    await configure('set', 'logs.max_size', '1M');
    await examine(t, 'disk', { status: 'ok' });
    await box.run(['mount', '-o', 'remount,ro', state]);
    await examine(t, 'disk', { status: 'problem', fact: /cannot be written/, fix: `ls -ld ${state}` });
    await box.run(['mount', '-o', 'remount,rw', state]);
    await examine(t, 'disk', { status: 'ok' });
    await box.run(['umount', state]);
  });

  const noSupplies = !existsSync('/sys/class/power_supply') && 'this kernel knows no batteries';
  await t.test('power: a battery that empties, one that is filled, and a mouse’s', { skip: noSupplies }, async (t) => {
    const folder = '/sys/class/power_supply';
    await lay('mouse', folder);
    await examine(t, 'power', { status: 'ok', fact: 'no battery' });
    await box.run(['umount', folder]);
    await lay('power', folder);
    await examine(t, 'power', { status: 'warning', fact: 'on battery, 41 % left', fix: /Plug it in/ });
    await put(`${folder}/AC/online`, '1\n');
    await put(`${folder}/BAT0/status`, 'Charging\n');
    await examine(t, 'power', { status: 'ok', fact: 'on mains power' });
    await box.run(['umount', folder]);
  });

  const noSensors = !existsSync('/sys/class/thermal') && 'this kernel knows no sensors';
  await t.test('heat: near the limit, cool, and cool after having been slowed down', { skip: noSensors }, async (t) => {
    const processor = '/sys/devices/system/cpu/cpu0';
    const throttles = `${processor}/thermal_throttle/package_throttle_count`;
    await lay('cpu0', processor);
    await lay('heat', '/sys/class/thermal');
    const fact = 'x86_pkg_temp has 97 °C, its limit is 100 °C';
    await examine(t, 'heat', { status: 'warning', fact, fix: /config set miner\.threads 50%/ });
    await put('/sys/class/thermal/thermal_zone0/temp', '61000\n');
    await examine(t, 'heat', { status: 'ok', fact: 'at most 61 °C' });
    await put(throttles, '12\n');
    await examine(t, 'heat', { status: 'warning', fact: 'slowed down for heat 12 times since boot', fix: /cool/ });
    await box.run(['umount', '/sys/class/thermal', processor]);
  });

  await t.test('miners: a rival that runs, and one that was stopped', async (t) => {
    await examine(t, 'miners', { status: 'ok', fact: 'no other miner runs' });
    await box.run(['cp', '/bin/sleep', '/root/xmrig']);
    await box.run(['systemd-run', '--collect', '--property=Type=exec', '--unit=rival', '/root/xmrig', 'infinity']);
    const pid = await box.run(['systemctl', 'show', '--property=MainPID', '--value', 'rival']);
    await examine(t, 'miners', { status: 'warning', fact: `xmrig (process ${pid}) mines here too`, fix: /Stop one/ });
    await box.run(['systemctl', 'stop', 'rival']);
    await examine(t, 'miners', { status: 'ok' });
  });

  const lacking = { processor: noAddon, 'huge-pages': noHugePages, power: noSupplies, heat: noSensors };
  expectShown(t, 'systemd/machine.test.ts', lacking);
});
