// The checks of the machine, where no fault can be induced: other systems, exotic answers, no answer; and what needs
// no root. Faults in a real machine: test/systemd/machine.test.ts, clock.test.ts and doctor.test.ts.
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { clock } from '../../../src/doctor/checks/clock-check.ts';
import { disk } from '../../../src/doctor/checks/disk-check.ts';
import { heat } from '../../../src/doctor/checks/heat-check.ts';
import { hugePages } from '../../../src/doctor/checks/huge-pages-check.ts';
import { memory } from '../../../src/doctor/checks/memory-check.ts';
import { miners } from '../../../src/doctor/checks/miners-check.ts';
import { platform } from '../../../src/doctor/checks/platform-check.ts';
import { power } from '../../../src/doctor/checks/power-check.ts';
import { processor } from '../../../src/doctor/checks/processor-check.ts';
import { sleep } from '../../../src/doctor/checks/sleep-check.ts';
import { parsePs, parseStat } from '../../../src/doctor/processes.ts';
import { CLI } from '../../cli/run-cli.ts';
import { until } from '../../fixtures/until.ts';
import { expectShown } from '../shown.ts';
import { DEVNET, findingOf, scene } from '../stage.ts';

t.test('platform: known systems pass, others do not', async (t) => {
  const files = {
    '/etc/os-release': 'NAME=x\nPRETTY_NAME="Debian 13"\n',
    '/run/systemd/system/x': '',
    '/proc/1/comm': 'systemd\n',
  };
  const good = scene(t.testdir(), { files, platform: 'linux', arch: 'x64' });
  t.match(await findingOf(platform, good), { status: 'ok', fact: 'Debian 13, x64, services by systemd' });
  const other = scene(t.testdir(), { files, platform: 'linux', arch: 'riscv64' });
  t.match(await findingOf(platform, other), { status: 'problem', fact: /riscv64 is not supported/ });
});

t.test('processor: the real self-test passes here', async (t) => {
  const context = scene(t.testdir(), { program: { command: [process.execPath, CLI] } });
  t.match(await findingOf(processor, context), { status: /^(ok|warning)$/, fact: /scalar/ });
});

t.test(
  'processor: one without vector instructions, a kernel refused by the system, and answers that are none',
  async (t) => {
    const saying = (text: string) =>
      scene(t.testdir(), {
        program: { command: [process.execPath, '-e', `console.log(${JSON.stringify(text)})`, '--'] },
      });
    const kernels = [{ name: 'scalar', passed: true }];
    const slow = await findingOf(processor, saying(JSON.stringify({ arch: 'x86_64', kernels })));
    t.match(slow, { status: 'warning', fact: /^x86_64 without vector instructions/, fix: /another machine/ });
    const refused = [{ name: 'amx', reason: 'the system refuses: Operation not permitted (os error 1)' }];
    const next = [{ name: 'avx512vnni', passed: true }, ...kernels];
    t.match(await findingOf(processor, saying(JSON.stringify({ arch: 'x86_64', kernels: next, refused }))), {
      status: 'warning',
      fact: 'the processor has amx, but the system refuses: Operation not permitted (os error 1); avx512vnni mines instead',
    });
    t.match(await findingOf(processor, saying('{"arch": 7}')), { status: 'problem', fact: /ended by exit code 0/ });
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

t.test('huge-pages and clock: no source tells', async (t) => {
  const bare = scene(t.testdir(), { platform: 'linux', files: {}, answers: {} });
  t.match(await findingOf(hugePages, bare), { status: 'skipped', fact: 'this kernel does not say' });
  t.match(await findingOf(clock, bare), { status: 'skipped', fact: /does not tell whether/ });
  const mac = scene(t.testdir(), { platform: 'darwin', answers: {} });
  t.match(await findingOf(hugePages, mac), { status: 'skipped' });
  t.match(await findingOf(clock, mac), { status: 'ok' });
});

t.test('power: a Mac on its battery, and not', async (t) => {
  const mac = (stdout: string) => scene(t.testdir(), { platform: 'darwin', answers: { 'pmset -g batt': { stdout } } });
  t.match(await findingOf(power, mac("Now drawing from 'Battery Power'\n")), { status: 'warning' });
  t.match(await findingOf(power, mac("Now drawing from 'AC Power'\n")), { status: 'ok' });
});

t.test('sleep: what pmset will do to an idle Mac, and no answer', async (t) => {
  const home = t.testdir();
  const mac = (stdout: string) => scene(home, { platform: 'darwin', answers: { 'pmset -g': { stdout } } });
  t.match(await findingOf(sleep, mac(' disksleep  10\n sleep      1 (sleep prevented by x)\n')), { status: 'warning' });
  t.match(await findingOf(sleep, mac(' sleep 0\n')), { status: 'ok' });
  t.match(await findingOf(sleep, scene(home, { platform: 'linux', answers: {} })), { status: 'skipped' });
});

t.test('heat: nothing to read', async (t) => {
  t.match(await findingOf(heat, scene(t.testdir(), { platform: 'linux', files: {} })), { status: 'skipped' });
  t.match(await findingOf(heat, scene(t.testdir(), { platform: 'darwin' })), { status: 'skipped' });
});

t.test('disk: room, and a file system without any', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(disk, scene(home)), { status: 'ok', fact: /free at/ });
  if (process.platform === 'linux') {
    // proc_fs has no block to give.
    const context = scene(home);
    const full = { ...context, paths: { ...context.paths, stateFolder: '/proc/1/pearlctl' } };
    t.match(await findingOf(disk, full), { status: 'problem', fact: /^0 B free/ });
  }
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
    await until('the process to bear its name', () => {
      void find().then((finding) => {
        found = finding;
      });
      return found.status === 'warning';
    });
    t.match(found, { fact: new RegExp(`xmrig \\(process ${child.pid}\\)`) });
    t.match(await findingOf(miners, scene(home, { machine: { processes: async () => [] } })), { status: 'skipped' });
  },
);

t.test('miners: one of pearlctl that was started by hand is found, and the one of a supervisor is not', async (t) => {
  const cli = (pid: number, parent: number, command: string, before: string[] = []) => ({
    pid,
    parent,
    name: 'node',
    args: [...before, '/usr/bin/node', '/usr/bin/pearlctl', command],
  });
  const find = (processes: ReturnType<typeof cli>[]) =>
    findingOf(miners, scene(t.testdir(), { machine: { processes: async () => processes } }));
  t.match(await find([cli(5, 1, 'supervise'), cli(6, 5, 'mine')]), { status: 'ok' });
  t.match(
    await find([cli(6, 1, 'mine', ['timeout', '60']), cli(7, 6, 'mine')]),
    { fact: /^pearlctl mine \(process 7\) mines/ },
    'as by timeout',
  );
  t.match(await find([cli(5, 1, 'supervise'), cli(6, 5, 'mine'), cli(7, 1, 'mine')]), {
    status: 'warning',
    fact: 'pearlctl mine (process 7) mines here too',
  });
});

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
