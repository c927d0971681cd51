// `pearlctl doctor` and `pearlctl self-test` as real processes.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { CHECKS } from '../../../src/doctor/all-checks.ts';
import type { DoctorModel } from '../../../src/doctor/doctor-report.ts';
import { readPriorityFacts } from '../../../src/miner/priority/priority-facts.ts';
import { openSystemFiles } from '../../../src/miner/system-files.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { isAlive } from '../../../src/state/sidecar/identity.ts';
import { parseSidecar } from '../../../src/state/sidecar/read-sidecar.ts';
import { expectShown, show } from '../../doctor/shown.ts';
import { DEVNET } from '../../doctor/stage.ts';
import { PATIENCE_MS, until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { removeControlFolder } from '../../supervisor/killed.ts';
import { CLI, runCli } from '../run-cli.ts';

t.setTimeout(600_000);

t.test('without a configuration it says what to type, and exits 1', async (t) => {
  const home = t.testdir();
  const { code, stdout, stderr } = await runCli(['doctor'], { home });
  t.equal(code, 1);
  t.equal(stderr, '');
  t.match(stdout, /✗ configuration.*\n.*\n? *→ .*pearlctl init/);
  t.match(stdout, /problem.*scope\)\.\n$/);
});

t.test('single checks, by id; a healthy one exits 0', async (t) => {
  const home = t.testdir({ 'pearlctl.ini': DEVNET });
  const { code, stdout } = await runCli(['doctor', 'wallet', 'node', '--json'], { home });
  t.equal(code, 0);
  t.match(JSON.parse(stdout), {
    schemaVersion: 1,
    instance: null,
    counts: { ok: 2, warning: 0, problem: 0, skipped: 0 },
    checks: [
      { id: 'node', area: 'Program', status: 'ok', fix: null },
      { id: 'wallet', area: 'Configuration', status: 'ok', fix: null },
    ],
  });
});

t.test('a check that is not there is a usage error with the nearest', async (t) => {
  const home = t.testdir();
  t.match(await runCli(['doctor', 'walet'], { home }), { code: 2, stdout: '', stderr: /pearlctl doctor wallet\n$/ });
  t.match(await runCli(['doctor', 'xyzzyxyzzy'], { home }), { code: 2, stderr: /--list\n$/ });
});

t.test('--list names every check and runs none', async (t) => {
  const home = t.testdir();
  const { code, stdout } = await runCli(['doctor', '--list', '--json'], { home });
  t.equal(code, 0);
  t.same(
    JSON.parse(stdout).checks.map(({ id }: { id: string }) => id),
    CHECKS.map(({ id }) => id),
  );
});

t.test('self-test answers for every kernel', async (t) => {
  const home = t.testdir();
  const { code, stdout } = await runCli(['self-test', '--json'], { home });
  t.equal(code, 0);
  const { schemaVersion, kernels } = JSON.parse(stdout);
  t.equal(schemaVersion, 1);
  t.same(kernels.at(-1), { name: 'scalar', passed: true });
});

/** A supervisor of `home` that lives until the test ends. */
function supervise(t: Test, home: string) {
  const running = execa(process.execPath, [CLI, 'run'], {
    env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home },
    extendEnv: false,
    reject: false,
    stdio: 'ignore',
  });
  t.teardown(async () => {
    running.kill('SIGTERM', undefined);
    await running;
    removeControlFolder(home);
  });
  return running;
}

async function examine(home: string, ...ids: string[]) {
  const { code, stdout } = await runCli(['doctor', ...ids, '--json'], { home });
  const { checks } = JSON.parse(stdout) as DoctorModel;
  for (const { id, status } of checks) show(id, status);
  return { code, found: Object.fromEntries(checks.map((check) => [check.id, check])) };
}

function sidecarOf(home: string) {
  const reading = parseSidecar(readFileSync(join(home, 'run', 'mining.json'), 'utf8'));
  if (reading.kind !== 'valid') throw new Error(`a sidecar that is ${reading.kind}`);
  return reading.value;
}

/** With a weighed control group around the tests, a session counts for nothing. */
const facts = readPriorityFacts(openSystemFiles(), 'self');
const noAutogroups = (facts?.sessionNice == null || facts.groups.length > 0) && 'needs autogroups';

t.test('over a supervisor that really mines, what runs is found well, and ill once it is hurt', async (t) => {
  const home = t.testdir();
  const config = DEVNET.replace('[gateway]', 'threads = 1\nmemory = 64M\n[gateway]');
  writeFileSync(join(home, 'pearlctl.ini'), config, { mode: 0o600 });
  const running = supervise(t, home);
  const stats = join(home, 'run', 'stats.json');
  await until('it to mine', () => {
    const job = existsSync(stats) && JSON.parse(readFileSync(stats, 'utf8')).job !== null;
    return sidecarOf(home).state === 'running' && job;
  });
  const ids = ['version', 'applied', 'supervisor', 'gateway', 'upstream', 'clock'];
  const well = await examine(home, ...ids);
  t.equal(well.code, 0, JSON.stringify(well.found));
  for (const id of ids.filter((one) => one !== 'clock')) t.match(well.found[id], { status: 'ok' }, id);

  writeFileSync(join(home, 'pearlctl.ini'), config.replace('metrics_port = 0', 'metrics_port = 1'), { mode: 0o600 });
  const edited = await examine(home, 'applied');
  t.match(edited.found.applied, { status: 'warning', fact: /before a restart: \[gateway\] metrics_port$/ });

  if (noAutogroups === false) {
    await until('the miner to give way', async () => (await examine(home, 'priority')).found.priority?.status === 'ok');
    writeFileSync(`/proc/${sidecarOf(home).children.miner.pid}/autogroup`, '0');
    t.match((await examine(home, 'priority')).found.priority, { status: 'warning', fact: /^its session/ });
  }
  // Stopped in its tracks, its gateway takes connections and never answers; killed, nothing listens.
  const frozen = await until(
    'a look at a gateway that is frozen until its end',
    async () => {
      const { pid, state } = sidecarOf(home).children.gateway;
      if (pid === null || state !== 'ready') return null;
      process.kill(pid, 'SIGSTOP');
      const { found } = await examine(home, 'gateway');
      // The supervisor replaces one that is silent for long, with a signal that the new one must not get.
      if (sidecarOf(home).children.gateway.pid !== pid) return null;
      process.kill(pid, 'SIGCONT');
      return found;
    },
    4 * PATIENCE_MS,
  );
  t.match(frozen.gateway, { status: 'warning', fact: /does not answer/ });
  running.kill('SIGKILL', undefined);
  await running;
  const { children } = sidecarOf(home);
  await until('its children to be gone', () =>
    Object.values(children).every(({ pid, identity }) => !isAlive(pid, identity)),
  );
  t.match((await examine(home, 'supervisor')).found.supervisor, { status: 'problem', fix: /pearlctl run/ });
});

t.test('each change that is not in force is told by its key, with what brings it into force', async (t) => {
  const home = t.testdir();
  const file = join(home, 'pearlctl.ini');
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  const secret = 'letmein';
  const config =
    `[miner]\nwallet = ${wallet}\nthreads = 1\nmemory = 64M\n[gateway]\nport = 0\nmetrics_port = 0\n` +
    `[pool]\nurl[] = stratum+tcp://127.0.0.1:1\npass = ${secret}\n`;
  const type = async (...words: string[]) => {
    const { code, stdout, stderr } = await runCli(words, { home });
    t.equal(code, 0, `pearlctl ${words.join(' ')} ${stderr}`);
    return stdout;
  };
  const expectFinding = async (expected: object) => {
    const finding = (await examine(home, 'applied')).found.applied;
    t.match(finding, expected, `${finding?.fact}`);
  };
  writeFileSync(file, config, { mode: 0o600 });
  void supervise(t, home);
  const sidecar = join(home, 'run', 'mining.json');
  await until('the supervisor', () => existsSync(sidecar));
  await expectFinding({ status: 'ok' });
  const changes: [key: string, value: string, title: string, when: 'reload' | 'restart'][] = [
    ['miner.threads', '2', '[miner] threads', 'reload'],
    ['miner.memory', '128M', '[miner] memory', 'reload'],
    ['pool.max_in_flight', '9', '[pool] max_in_flight', 'reload'],
    ['pool.pass', 'another', '[pool] pass', 'reload'],
    ['supervisor.limit', '9 in 9m', '[supervisor]', 'reload'],
    ['logs.level', 'debug', '[logs] level', 'restart'],
    ['logs.max_size', '1M', '[logs] max_size', 'restart'],
    ['gateway.dashboard', 'off', '[gateway] dashboard', 'restart'],
  ];
  for (const [key, value, title, when] of changes) {
    await type('config', 'set', key, value);
    const fix = when === 'reload' ? 'pearlctl reload' : /^pearlctl stop, then /;
    await expectFinding({ status: 'warning', fact: `changed, and not in force before a ${when}: ${title}`, fix });
    writeFileSync(file, config, { mode: 0o600 });
    await expectFinding({ status: 'ok' });
  }

  await type('config', 'set', 'logs.level', 'debug');
  await type('config', 'set', 'pool.pass', 'another');
  const both = 'changed, and not in force before a reload: [pool] pass; before a restart: [logs] level';
  await expectFinding({ status: 'warning', fact: both, fix: /^pearlctl stop, / });
  t.match(await type('reload'), /not in force before a restart: \[logs\] level/);
  const late = 'changed, and not in force before a restart: [logs] level';
  await expectFinding({ status: 'warning', fact: late, fix: /^pearlctl stop, / });
  await type('config', 'unset', 'logs.level');
  await type('reload');
  await expectFinding({ status: 'ok' });

  const noted = readFileSync(sidecar, 'utf8');
  t.match(JSON.parse(noted).config_in_force, { 'pool.pass': /^[0-9a-f]{16}$/ });
  t.notMatch(noted, /letmein|another/, 'no secret is in the sidecar');
  const lock = join(home, 'run', 'lock');
  t.equal(statSync(lock).mode & 0o777, 0o600, 'nor does any other account get the key of the digests');
});

t.test('a pool that turns us away is told as one, in its own words', async (t) => {
  const pool = await TestPool.start({
    onLogin: (client, request) => client.refuse(request.id, 24, 'unauthorized worker'),
  });
  t.teardown(() => pool.stop());
  const home = t.testdir();
  const wallet = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `[miner]\nwallet = ${wallet}\nthreads = 1\nmemory = 64M\n[gateway]\nport = 0\nmetrics_port = 0\n[pool]\nurl[] = ${pool.url()}\n`,
    { mode: 0o600 },
  );
  void supervise(t, home);
  let found: Awaited<ReturnType<typeof examine>>['found'] = {};
  for (let tries = 0; tries < 100 && !/unauthorized/.test(found.upstream?.fact ?? ''); tries += 1) {
    found = (await examine(home, 'upstream')).found;
  }
  t.match(found.upstream, { status: 'problem', fact: /unauthorized worker/, fix: /pearlctl/ });
});

t.test('each of these was seen well and with a fault', async (t) => {
  expectShown(t, 'cli/commands/doctor.test.ts', { priority: noAutogroups });
});

const noPerson = spawnSync('python3', ['--version']).status !== 0 && 'needs python3';

t.test(
  'on a terminal it says what is still at work after a second, and wipes that away',
  { skip: noPerson },
  async (t) => {
    const home = t.testdir();
    // Takes connections and never answers.
    const silent = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.teardown(() => silent.close());
    const port = (silent.address() as AddressInfo).port;
    writeFileSync(join(home, 'pearlctl.ini'), `network = regtest\n[gateway]\nkind = attached\nport = ${port}\n`, {
      mode: 0o600,
    });
    const person = fileURLToPath(new URL('../../fixtures/person.py', import.meta.url));
    const words = [process.execPath, CLI, 'doctor', 'gateway', 'node'];
    const { stdout, exitCode } = await execa('python3', [person, '[["… gateway", ""]]', ...words], {
      env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, TERM: 'xterm', LANG: 'C.UTF-8' },
      extendEnv: false,
      reject: false,
      timeout: 60_000,
    });
    t.equal(exitCode, 0, stdout);
    t.match(stdout, /… gateway[\s\S]*\r\u001b\[K[\s\S]* gateway +http.*does not answer/);
  },
);
