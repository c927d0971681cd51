// What a service manager hears of a supervisor, in order: ready, a reload with its beginning and end, stopping.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { askSupervisor } from '../../../src/supervisor/control/control-client.ts';
import { Starvation } from '../../../src/supervisor/publish/starvation.ts';
import { lasting, until } from '../../fixtures/until.ts';
import { Stage } from '../stage.ts';

const DATAGRAMS = fileURLToPath(new URL('../../fixtures/native/datagrams.py', import.meta.url));

/** A manager's socket at `path`, and the messages that it got. */
async function listen(t: Test, path: string): Promise<() => string[]> {
  const child = spawn('python3', [DATAGRAMS, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await until('the socket', () => text.includes('bound'));
  return () => text.split('\n');
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

t.test(
  'a reload is told from its beginning to its end',
  { skip: !hasPython && 'python3 makes the socket' },
  async (t) => {
    const stage = new Stage(t);
    const lines = await listen(t, stage.path('notify.sock'));
    const told = (word: string) => lines().filter((line) => line === word).length;
    const { process: supervisor, ended } = stage.start(undefined, { NOTIFY_SOCKET: stage.path('notify.sock') });
    await stage.running();
    await until('READY=1', () => told('READY=1') === 1);
    t.equal(told('RELOADING=1'), 0);
    const before = process.hrtime.bigint() / 1000n;
    supervisor.kill('SIGHUP');
    await until('the end of the reload', () => told('READY=1') === 2);
    t.equal(told('RELOADING=1'), 1);
    const stamps = lines().flatMap((line) => (line.startsWith('MONOTONIC_USEC=') ? [BigInt(line.slice(15))] : []));
    t.ok(
      (stamps[0] ?? 0n) > before && (stamps[0] ?? 0n) < process.hrtime.bigint() / 1000n,
      'by the clock of the manager',
    );
    t.ok(lines().indexOf('RELOADING=1') < lines().lastIndexOf('READY=1'));
    // A configuration that is refused ends the reload as well: the manager must not wait for ever.
    stage.configure('[nonsense]\na = 1');
    const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });
    t.match(await askSupervisor(paths, 'reload'), { applied: false });
    await until('the end of the refused reload', () => told('READY=1') === 3 && told('RELOADING=1') === 2);
    supervisor.kill('SIGTERM');
    await until('STOPPING=1', () => told('STOPPING=1') === 1);
    await ended;
    t.equal(lines().lastIndexOf('READY=1') < lines().indexOf('STOPPING=1'), true, 'nothing is ready that stops');
  },
);

t.test(
  'after a wait for the processor the watchdog is asked for patience',
  { skip: !hasPython && 'python3 makes the socket' },
  async (t) => {
    const stage = new Stage(t);
    const lines = await listen(t, stage.path('notify.sock'));
    const env = { NOTIFY_SOCKET: stage.path('notify.sock'), WATCHDOG_USEC: '30000000' };
    const { process: supervisor, ended } = stage.start(undefined, env);
    await stage.running();
    await until('a sign of life', () => lines().includes('WATCHDOG=1'));
    supervisor.kill('SIGSTOP');
    // Longer than a late tick may be.
    await lasting(3000);
    supervisor.kill('SIGCONT');
    await until('WATCHDOG_USEC', () => lines().includes('WATCHDOG_USEC=300000000'));
    supervisor.kill('SIGTERM');
    await ended;
  },
);

t.test('a wait counts for a minute, and is told from ten seconds on', async (t) => {
  const starvation = new Starvation();
  t.same(starvation.note(0, 0), { waits: false, noticeable: false });
  t.same(starvation.note(4000, 5000), { waits: true, noticeable: false });
  t.same(starvation.note(0, 6000), { waits: true, noticeable: false });
  t.same(starvation.note(6000, 13_000), { waits: true, noticeable: true });
  t.same(starvation.note(0, 66_000), { waits: true, noticeable: false }, 'the first is over');
  t.same(starvation.note(0, 73_001), { waits: false, noticeable: false });
});
