import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { processIdentity } from '../../src/state/sidecar/identity.ts';
import { until } from '../fixtures/until.ts';
import { Stage } from './stage.ts';

t.test('children that outlive a killed supervisor are ended by the next one', async (t) => {
  const stage = new Stage(t);
  stage.behave({ miner: { orphan: true, deaf: true }, gateway: { orphan: true } });
  const { process: first } = stage.start();
  const old = await stage.running();
  first.kill('SIGKILL');
  await until('the supervisor to be gone', () => first.exitCode !== null || first.signalCode !== null);
  t.equal(processIdentity(old.children.miner.pid ?? 0), old.children.miner.identity, 'the deaf miner lives on');
  stage.behave({});
  stage.start();
  await stage.until('the next one to run', (s) => s.state === 'running' && s.supervisor?.pid !== first.pid);
  t.not(processIdentity(old.children.miner.pid ?? 0), old.children.miner.identity);
  t.not(processIdentity(old.children.gateway.pid ?? 0), old.children.gateway.identity);
});

t.test('a process that merely got the pid of an old child is never signalled', async (t) => {
  const stage = new Stage(t);
  const { process: first } = stage.start();
  await stage.running();
  first.kill('SIGKILL');
  await until('the children to leave', () => !stage.anyAlive());
  const foreign = spawn('sleep', ['300'], { stdio: 'ignore' });
  t.teardown(() => foreign.kill('SIGKILL'));
  const file = stage.path('run', 'mining.json');
  const stale = JSON.parse(readFileSync(file, 'utf8'));
  stale.children.miner.pid = foreign.pid;
  stale.children.gateway.pid = foreign.pid;
  writeFileSync(file, JSON.stringify(stale));
  stage.start();
  await stage.until('the next one to run', (s) => s.state === 'running' && s.supervisor?.pid !== first.pid);
  t.match(stage.log(), new RegExp(`pid ${foreign.pid} of the old miner belongs to another program`));
  t.equal(foreign.exitCode, null);
  t.equal(foreign.signalCode, null);
  t.not(processIdentity(foreign.pid ?? 0), null, 'the foreign process lives');
});

t.test('a second supervisor is refused with the pid of the first, also when the lock file was deleted', async (t) => {
  const stage = new Stage(t);
  const { process: first } = stage.start();
  await stage.running();
  const refused = await stage.start().ended;
  t.equal(refused.code, 75);
  t.match(refused.stderr, new RegExp(`^ALREADY_RUNNING: .*pid ${first.pid}`));
  rmSync(stage.path('run', 'lock'));
  const again = await stage.start().ended;
  t.equal(again.code, 75);
  t.match(again.stderr, new RegExp(`pid ${first.pid}`));
  await until('the lock to be made again', () => existsSync(stage.path('run', 'lock')));
  t.equal((await stage.start().ended).code, 75);
  t.equal(stage.sidecar()?.supervisor?.pid, first.pid, 'the first one goes on');
});

t.test('however often it is told to stop, it ends in order', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor, ended } = stage.start();
  await stage.running();
  const again = setInterval(() => supervisor.kill('SIGTERM'), 1);
  t.teardown(() => clearInterval(again));
  // Node itself, when all is done, may still die of one.
  await ended;
  t.equal(stage.sidecar(), null, 'nothing is left that a killed one leaves');
  t.match(stage.log(), /supervisor.*stopped/);
});

t.test('a permanent failure of a child ends with 78 and its words, and leaves the reason in the sidecar', async (t) => {
  const stage = new Stage(t);
  stage.behave({ gateway: { exit: 78, failure: 'the wallet belongs to another network', say: 'last words' } });
  const { ended } = stage.start();
  t.equal((await ended).code, 78);
  const sidecar = stage.sidecar();
  t.equal(sidecar?.state, 'failed');
  t.match(sidecar?.stateReason, /gateway ended with exit code 78: the wallet belongs to another network/);
  t.match(sidecar?.children.gateway.lastExit, { code: 78, signal: null, lines: ['last words'] });
  t.equal(sidecar?.children.miner.pid, null, 'the miner was never started');
});

t.test('a child that dies at every start makes the supervisor give up with 69 after the limit', async (t) => {
  const stage = new Stage(t, '[supervisor]\nbackoff_initial = 10ms\nbackoff_max = 50ms\nlimit = 3 in 10m');
  stage.behave({ miner: { exit: 5 } });
  const { ended } = stage.start();
  t.equal((await ended).code, 69);
  const sidecar = stage.sidecar();
  t.equal(sidecar?.state, 'failed');
  t.equal(sidecar?.children.miner.restarts, 3);
  t.match(sidecar?.stateReason, /after 3 restarts within 600 s/);
  t.notOk(stage.anyAlive());
});

t.test('a child that ignores SIGTERM is killed, and the stop stays bounded', async (t) => {
  const stage = new Stage(t, '');
  stage.configure('', 'stop_timeout = 1s');
  stage.behave({ miner: { deaf: true }, gateway: { deaf: true } });
  const { process: supervisor, ended } = stage.start();
  await stage.running();
  const began = performance.now();
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
  t.ok(performance.now() - began > 2900, 'both were given their time');
  t.notOk(stage.anyAlive());
});

t.test('a reload restarts only what changed, and a bad file changes nothing and says so', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor } = stage.start();
  const before = await stage.running();
  stage.configure('[supervisor]\nbackoff_max = 20s');
  supervisor.kill('SIGHUP');
  await until('the reload', () => /configuration reloaded/.test(stage.log()));
  t.equal(stage.sidecar()?.children.miner.pid, before.children.miner.pid);
  stage.configure('nonsense');
  supervisor.kill('SIGHUP');
  await until('the refusal', () => /configuration is not taken over/.test(stage.log()));
  t.equal(stage.sidecar()?.children.gateway.pid, before.children.gateway.pid);
  await until('the health line', () => /reload-refused/.test(readFileSync(stage.path('run', 'stats.json'), 'utf8')));
  stage.configure('[shape]\npreset = pool');
  supervisor.kill('SIGHUP');
  const after = await stage.until(
    'both to be back',
    (s) => s.state === 'running' && s.children.miner.pid !== before.children.miner.pid && s.shape?.preset === 'pool',
  );
  t.equal(after.children.miner.restarts, 0, 'a changed configuration is no failure');
});
