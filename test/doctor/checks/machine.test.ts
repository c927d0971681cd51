// The checks of the machine, each with the fault that it is there for and without it.
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { clock } from '../../../src/doctor/checks/clock.ts';
import { disk } from '../../../src/doctor/checks/disk.ts';
import { heat } from '../../../src/doctor/checks/heat.ts';
import { hugePages } from '../../../src/doctor/checks/huge-pages.ts';
import { memory } from '../../../src/doctor/checks/memory.ts';
import { miners } from '../../../src/doctor/checks/miners.ts';
import { platform } from '../../../src/doctor/checks/platform.ts';
import { power } from '../../../src/doctor/checks/power.ts';
import { processor } from '../../../src/doctor/checks/processor.ts';
import { sleep } from '../../../src/doctor/checks/sleep.ts';
import { parsePs, parseStat } from '../../../src/doctor/processes.ts';
import { CLI } from '../../commands/run-cli.ts';
import { waitFor } from '../../supervisor/stage.ts';
import { expectShown } from '../shown.ts';
import { DEVNET, findingOf, pretendToSupervise, scene } from '../stage.ts';

t.test('platform: known systems pass, others do not, and one without a service manager is told so', async (t) => {
  const files = {
    '/etc/os-release': 'NAME=x\nPRETTY_NAME="Debian 13"\n',
    '/run/systemd/system/x': '',
    '/proc/1/comm': 'systemd\n',
  };
  const good = scene(t.testdir(), { files, platform: 'linux', arch: 'x64' });
  t.match(await findingOf(platform, good), { status: 'ok', fact: 'Debian 13, x64, services by systemd' });
  const other = scene(t.testdir(), { files, platform: 'linux', arch: 'riscv64' });
  t.match(await findingOf(platform, other), { status: 'problem', fact: /riscv64 is not supported/ });
  const runit = scene(t.testdir(), { files: { '/proc/1/comm': 'runit\n' }, platform: 'linux', arch: 'x64' });
  t.match(await findingOf(platform, runit), { status: 'warning', fact: /run by runit/, fix: /pearlctl run/ });
  const wsl = scene(t.testdir(), {
    files: { '/proc/sys/kernel/osrelease': '5.15-microsoft-standard-WSL2' },
    platform: 'linux',
    arch: 'x64',
  });
  t.match(await findingOf(platform, wsl), { status: 'warning', fix: /wsl\.conf/ });
});

t.test('processor: the real self-test passes here', async (t) => {
  const context = scene(t.testdir(), { program: { command: [process.execPath, CLI] } });
  t.match(await findingOf(processor, context), { status: /^(ok|warning)$/, fact: /scalar/ });
});

t.test(
  'processor: a process that the processor kills, a wrong kernel, and none but scalar are told apart',
  async (t) => {
    const running = (script: string) =>
      scene(t.testdir(), { program: { command: [process.execPath, '-e', script, '--'] } });
    const saying = (kernels: object[]) =>
      running(`console.log(${JSON.stringify(JSON.stringify({ arch: 'x86_64', kernels }))})`);
    const killed = running("process.kill(process.pid, 'SIGILL'); setInterval(() => {}, 1000)");
    t.match(await findingOf(processor, killed), { status: 'problem', fact: /ended by signal 4/ });
    const scalar = { name: 'scalar', passed: true };
    const wrong = saying([{ name: 'avx2', passed: false }, scalar]);
    t.match(await findingOf(processor, wrong), {
      status: 'problem',
      fact: /avx2 computed wrongly/,
      fix: /overclocking/,
    });
    t.match(await findingOf(processor, saying([scalar])), { status: 'warning' });
    t.match(await findingOf(processor, saying([{ name: 'avx2', passed: true }, scalar])), {
      status: 'ok',
      fact: /kernel avx2/,
    });
    t.match(await findingOf(processor, saying([{ ...scalar, passed: false }])), {
      status: 'problem',
      fact: /no kernel/,
    });
  },
);

t.test('memory: buffers that do not fit, and a limit of the service that is too low', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(memory, scene(home, { config: `${DEVNET}` })), { status: 'ok' });
  const huge = scene(home, { config: DEVNET.replace('[gateway]', 'memory = 1T\n[gateway]') });
  t.match(await findingOf(memory, huge), { status: 'problem', fact: /1 TiB do not fit/, fix: /miner\.memory/ });
  const limited = scene(home, { config: `${DEVNET}[service]\nmemory_max = 64M\n` });
  t.match(await findingOf(memory, limited), { status: 'warning', fact: /may use 64 MiB/, fix: /service\.memory_max/ });
  t.match(await findingOf(memory, scene(home, { config: 'nonsense' })), { status: 'skipped' });
});

t.test('huge-pages: switched off or not', async (t) => {
  const file = '/sys/kernel/mm/transparent_hugepage/enabled';
  const saying = (text: string) => scene(t.testdir(), { files: { [file]: text }, platform: 'linux' });
  t.match(await findingOf(hugePages, saying('always [madvise] never\n')), { status: 'ok', fact: /madvise/ });
  t.match(await findingOf(hugePages, saying('always madvise [never]\n')), { status: 'warning', fix: /tee/ });
  t.match(await findingOf(hugePages, saying('')), { status: 'skipped' });
});

t.test('clock: synchronised, not synchronised, jumped, and out of its mind', async (t) => {
  const home = t.testdir();
  const saying = (stdout: string) => scene(home, { platform: 'linux', answers: { 'timedatectl show': { stdout } } });
  t.match(await findingOf(clock, saying('NTP=yes\nNTPSynchronized=yes\n')), { status: 'ok' });
  t.match(await findingOf(clock, saying('NTP=yes\nNTPSynchronized=no\n')), { status: 'warning', fact: /yet/ });
  t.match(await findingOf(clock, saying('NTP=no\nNTPSynchronized=no\n')), { status: 'warning', fix: /set-ntp true/ });
  t.match(await findingOf(clock, scene(home, { platform: 'linux', answers: {} })), { status: 'skipped' });
  const past = scene(home, { machine: { nowMs: () => 0 } });
  t.match(await findingOf(clock, past), { status: 'problem', fact: /1970/ });
  pretendToSupervise(home, {}, { uptime_seconds: 5000 });
  t.match(await findingOf(clock, saying('NTPSynchronized=yes')), { status: 'warning', fact: /moved by -49\d\d s/ });
});

t.test('power: no battery, charging, discharging, and a mouse that is nearly empty', async (t) => {
  const supplies = (name: string, facts: Record<string, string>) =>
    scene(t.testdir(), {
      platform: 'linux',
      files: Object.fromEntries(
        Object.entries(facts).map(([key, value]) => [`/sys/class/power_supply/${name}/${key}`, value]),
      ),
    });
  t.match(await findingOf(power, supplies('AC', { type: 'Mains\n' })), { status: 'ok', fact: 'no battery' });
  const battery = { type: 'Battery\n', status: 'Discharging\n', capacity: '41\n' };
  t.match(await findingOf(power, supplies('BAT0', battery)), { status: 'warning', fact: /41 %/, fix: /pause/ });
  t.match(await findingOf(power, supplies('BAT0', { ...battery, status: 'Charging\n' })), { status: 'ok' });
  t.match(await findingOf(power, supplies('mouse', { ...battery, scope: 'Device\n' })), { status: 'ok' });
  const mac = (stdout: string) => scene(t.testdir(), { platform: 'darwin', answers: { 'pmset -g batt': { stdout } } });
  t.match(await findingOf(power, mac("Now drawing from 'Battery Power'\n")), { status: 'warning' });
  t.match(await findingOf(power, mac("Now drawing from 'AC Power'\n")), { status: 'ok' });
});

t.test('sleep: what logind and pmset will do to an idle machine', async (t) => {
  const home = t.testdir();
  const linux = (stdout: string) => scene(home, { platform: 'linux', answers: { busctl: { stdout } } });
  t.match(await findingOf(sleep, linux('s "ignore"\n')), { status: 'ok' });
  t.match(await findingOf(sleep, linux('s "suspend"\n')), { status: 'warning', fact: /suspend/, fix: /IdleAction/ });
  t.match(await findingOf(sleep, scene(home, { platform: 'linux', answers: {} })), { status: 'skipped' });
  const mac = (stdout: string) => scene(home, { platform: 'darwin', answers: { 'pmset -g': { stdout } } });
  t.match(await findingOf(sleep, mac(' disksleep  10\n sleep      1 (sleep prevented by x)\n')), { status: 'warning' });
  t.match(await findingOf(sleep, mac(' sleep 0\n')), { status: 'ok' });
});

t.test('heat: cool, near a trip point, slowed down, and nothing to read', async (t) => {
  const zone = '/sys/class/thermal/thermal_zone0';
  const trips = { [`${zone}/trip_point_0_type`]: 'critical\n', [`${zone}/trip_point_0_temp`]: '100000\n' };
  const at = (temp: string, more = {}) =>
    scene(t.testdir(), {
      platform: 'linux',
      files: { [`${zone}/type`]: 'x86_pkg_temp\n', [`${zone}/temp`]: temp, ...trips, ...more },
    });
  t.match(await findingOf(heat, at('61000\n')), { status: 'ok', fact: 'at most 61 °C' });
  t.match(await findingOf(heat, at('97000\n')), {
    status: 'warning',
    fact: /x86_pkg_temp has 97 °C, its limit is 100 °C/,
  });
  const throttled = { '/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count': '12\n' };
  t.match(await findingOf(heat, at('61000\n', throttled)), { status: 'warning', fact: /12 times/ });
  t.match(await findingOf(heat, scene(t.testdir(), { platform: 'linux', files: {} })), { status: 'skipped' });
});

t.test('disk: room, a file system without any, and a folder that is not ours', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(disk, scene(home)), { status: 'ok', fact: /free at/ });
  if (process.platform === 'linux') {
    // proc_fs has no block to give to anybody.
    const context = scene(home);
    const full = { ...context, paths: { ...context.paths, stateFolder: '/proc/1/pearlctl' } };
    t.match(await findingOf(disk, full), { status: 'problem', fact: /^0 B free/ });
  }
  t.match(await findingOf(disk, scene(home, { machine: { writable: () => false } })), {
    status: 'problem',
    fix: /ls -ld/,
  });
  const space = async () => ({ freeBytes: 200 << 20, totalBytes: 1 << 30 });
  const logs = `${DEVNET}[logs]\nmax_size = 1G\n`;
  t.match(await findingOf(disk, scene(home, { config: logs, machine: { space } })), {
    status: 'warning',
    fix: /logs\.max_size/,
  });
});

t.test(
  'miners: a program with the name of one is found while it runs',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const home = t.testdir();
    const program = join(home, 'xmrig');
    copyFileSync('/bin/sleep', program);
    const child = spawn(program, ['60'], { stdio: 'ignore' });
    t.teardown(() => child.kill('SIGKILL'));
    const find = () => findingOf(miners, scene(home));
    let found = await find();
    await waitFor('the process to bear its name', () => {
      void find().then((finding) => {
        found = finding;
      });
      return found.status === 'warning';
    });
    t.match(found, { fact: new RegExp(`xmrig \\(process ${child.pid}\\)`) });
    const quiet = scene(home, { machine: { processes: async () => [{ pid: 1, parent: 0, name: 'init', args: [] }] } });
    t.match(await findingOf(miners, quiet), { status: 'ok' });
    t.match(await findingOf(miners, scene(home, { machine: { processes: async () => [] } })), { status: 'skipped' });
  },
);

t.test('the process table is read whatever a process calls itself', async (t) => {
  t.same(parseStat('42 (a (b) c) S 7 42 0'), { pid: 42, parent: 7, name: 'a (b) c' });
  t.equal(parseStat('nonsense'), null);
  t.same(parsePs('  42     7 xmrig  /opt/xmrig --x\nnonsense\n'), [
    { pid: 42, parent: 7, name: 'xmrig', args: ['/opt/xmrig', '--x'] },
  ]);
});

t.test('each of these checks was shown well and with a fault', { skip: process.platform !== 'linux' }, async (t) => {
  expectShown(t, 'doctor/checks/machine.test.ts');
});
