import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { parseRequest, type RpcOutcome } from '../../../src/protocol/jsonrpc/rpc-message.ts';
import { reloadDirectly, stopNow } from '../../../src/service/direct.ts';
import { askSupervisor } from '../../../src/supervisor/control/control-client.ts';
import { answerControl, type ControlActions } from '../../../src/supervisor/control/control-methods.ts';
import { setPaused } from '../../../src/supervisor/control/pause-order.ts';
import { until } from '../../fixtures/until.ts';
import { Stage } from '../stage.ts';

function pathsOf(stage: Stage) {
  return resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });
}

function statsOf(stage: Stage): string {
  const file = stage.path('run', 'stats.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

t.test('pause, resume, status, reload and stop over the socket', async (t) => {
  const stage = new Stage(t);
  const { ended } = stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  t.equal(statSync(paths.controlSocket).mode & 0o777, 0o600);
  t.equal(stage.sidecar()?.controlSocket, paths.controlSocket);
  t.match(await askSupervisor(paths, 'status'), { state: 'running', schemaVersion: 1 });
  t.match(await askSupervisor(paths, 'pause'), { paused: 'user', kept: true });
  await stage.until('the pause', ({ state }) => state === 'paused');
  await until('the miner to say so', () => /"activity": "paused"/.test(statsOf(stage)));
  t.match(await askSupervisor(paths, 'resume'), { paused: null });
  await stage.running();
  t.notOk(existsSync(paths.pausedFile));
  t.match(await askSupervisor(paths, 'reload'), { applied: true, changes: [] });
  stage.configure('', 'stop_timeout = 4s');
  t.match(await askSupervisor(paths, 'reload'), {
    applied: true,
    changes: [{ key: 'gateway.stop_timeout', effect: 'applied' }],
  });
  stage.configure('[nonsense]\na = 1');
  t.match(await askSupervisor(paths, 'reload'), { applied: false, code: /^CONFIG_/ });
  t.match(await askSupervisor(paths, 'stop'), { stopping: true });
  t.equal((await ended).code, 0);
  t.notOk(existsSync(dirname(paths.controlSocket)), 'its folder, which may be in a temporary one, is gone with it');
  await t.rejects(askSupervisor(paths, 'status'), { code: 'NOT_RUNNING' });
});

t.test('both files tell of a pause and of its end when the answer comes', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  const told = () => [stage.sidecar()?.state, JSON.parse(statsOf(stage)).pause_reason];
  await askSupervisor(paths, 'pause');
  t.same(told(), ['paused', 'user']);
  await askSupervisor(paths, 'resume');
  t.same(told(), ['running', null]);
});

t.test('a miner that is restarted for a changed configuration is no trouble', async (t) => {
  const stage = new Stage(t);
  stage.start();
  const before = await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  /** The states and the health that are told until another miner than `old` is ready. */
  const reloaded = async (threads: number, old: number | null) => {
    writeFileSync(
      paths.configFile,
      readFileSync(paths.configFile, 'utf8').replace(/threads = \d/, `threads = ${threads}`),
    );
    t.match(await askSupervisor(paths, 'reload'), { changes: [{ key: 'miner.threads', effect: 'miner' }] });
    const states = new Set<string>();
    const health: unknown[] = [];
    await stage.until('the new miner', ({ state, children: { miner } }) => {
      states.add(state);
      health.push(...JSON.parse(statsOf(stage)).health);
      return miner.state === 'ready' && miner.pid !== old;
    });
    t.same(health, []);
    return [...states];
  };
  // Whoever looks late sees the end of it alone.
  const seen = await reloaded(2, before.children.miner.pid);
  t.same(
    seen.filter((state) => state !== 'starting'),
    ['running'],
  );
  await askSupervisor(paths, 'pause');
  t.same(await reloaded(1, stage.pidOf('miner')), ['paused'], 'it rests before and after');
  const log = stage.log();
  t.match(log, /"configuration reloaded: \[miner\] threads \(the miner is restarted\)"/);
  t.match(log, /"info","source":"supervisor","message":"the miner is restarted: the configuration changed"/);
  const warnings = log.split('\n').filter((line) => line.includes('"warn"'));
  // Of a busy machine, which is the one news here that may be.
  t.same(
    warnings.filter((line) => !line.includes('got no processor time')),
    [],
  );
});

t.test('a pause survives the restart of the miner and of the supervisor', async (t) => {
  const stage = new Stage(t);
  const { process: first, ended } = stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  await askSupervisor(paths, 'pause', { reason: 'user' });
  process.kill(stage.pidOf('miner'), 'SIGKILL');
  await stage.until('the miner to be back', (s) => s.children.miner.restarts === 1 && s.state === 'paused');
  await until('the new miner to be paused', () => /"activity": "paused"/.test(statsOf(stage)));
  first.kill('SIGTERM');
  await ended;
  stage.start();
  await stage.until('the next supervisor to be paused', ({ state }) => state === 'paused');
});

t.test('a pause without a supervisor holds from the next start on', async (t) => {
  const stage = new Stage(t);
  const paths = pathsOf(stage);
  await t.rejects(setPaused(paths, USER), { code: 'NOT_RUNNING' }, 'nothing has ever run here');
  mkdirSync(paths.stateFolder);
  t.same(await setPaused(paths, USER), { paused: 'user', until: null, resting: null, heard: false, kept: true });
  stage.start();
  await stage.until('the supervisor to be paused', ({ state }) => state === 'paused');
  await until('the socket', () => existsSync(paths.controlSocket));
  t.same(await setPaused(paths, null), { paused: null, until: null, resting: null, heard: true, kept: true });
  await stage.running();
});

t.test('pause, reload and stop wait for a supervisor that gets no processor time, and say so once', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor, ended } = stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  let told = 0;
  const starved = <T>(order: (onLate: () => void) => Promise<T>) => {
    supervisor.kill('SIGSTOP');
    told = 0;
    return order(() => {
      told += 1;
      supervisor.kill('SIGCONT');
    });
  };
  const outcome = await starved((onLate) => setPaused(paths, USER, onLate));
  t.match([told, outcome], [1, { paused: 'user', heard: true }]);
  await setPaused(paths, null, () => t.fail('it answers at once'));
  await starved((onLate) => reloadDirectly(paths, { onLate }));
  t.equal(told, 1, 'reload');
  t.equal(await starved((onLate) => stopNow(paths, onLate)), null, 'no block was given up');
  t.equal(told, 1, 'stop --now');
  t.equal((await ended).code, 0);
});

t.test('a deleted socket comes back, also with its folder', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  // It is there for a moment before it listens.
  const answers = async () => (await askSupervisor(paths, 'status').catch(() => null))?.state === 'running';
  rmSync(paths.controlSocket);
  await until('the socket to be back', answers);
  rmSync(dirname(paths.controlSocket), { recursive: true });
  await until('the folder to be back', answers);
  t.equal(statSync(dirname(paths.controlSocket)).mode & 0o777, 0o700);
});

t.test('garbage on the socket does no harm', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  const paths = pathsOf(stage);
  await until('the socket', () => existsSync(paths.controlSocket));
  const socket = connect({ path: paths.controlSocket });
  socket.on('error', () => undefined);
  socket.write('\u0000'.repeat(100_000));
  socket.write('\n{"jsonrpc":"2.0","id":1,"method":"stop","params":{"version":99}}\n');
  t.match(await askSupervisor(paths, 'status'), { state: 'running' });
  socket.destroy();
});

const USER = { reason: 'user', untilMs: null };

const ACTIONS: ControlActions = {
  status: () => ({ state: 'running' }),
  pause: ({ reason, untilMs }) => ({ paused: reason, untilMs }),
  resume: () => ({ paused: null }),
  reload: async () => ({ applied: true }),
  stop: () => ({ stopping: true }),
};

t.test('a request is checked before it is obeyed', async (t) => {
  const ask = (method: string, params = {}): Promise<RpcOutcome> => {
    const parsed = parseRequest(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })));
    return parsed.ok ? answerControl(parsed.request, ACTIONS) : Promise.reject(new Error(parsed.failure.message));
  };
  t.match(await ask('pause', { version: 1, reason: 'battery' }), { ok: true, result: { paused: 'battery' } });
  t.match(await ask('pause', { reason: 'x'.repeat(101) }), { ok: false });
  t.match(await ask('pause', { reason: 7 }), { ok: false });
  t.match(await ask('pause', { until: '2026-01-02T03:04:05.000Z' }), {
    result: { untilMs: Date.UTC(2026, 0, 2, 3, 4, 5) },
  });
  for (const until of ['soon', 7, null]) t.match(await ask('pause', { until }), { ok: false });
  t.match(await ask('stop', { version: 2 }), { ok: false, failure: { code: -32602 } });
  t.match(await ask('explode'), { ok: false, failure: { code: -32601 } });
  t.match(await ask('constructor'), { ok: false, failure: { code: -32601 } });
});

t.test("OpenJarvis' own stop command is understood as a stop", async (t) => {
  const stage = new Stage(t);
  const mirror = stage.path('openjarvis', 'mining.json');
  mkdirSync(stage.path('openjarvis'));
  stage.configure(`[sidecar]\nmirror = ${mirror}`);
  const { ended } = stage.start();
  await stage.running();
  await until('the mirror to name both pids', () => {
    const keys = existsSync(mirror) ? JSON.parse(readFileSync(mirror, 'utf8')) : {};
    return keys.miner_loop_pid === stage.pidOf('miner') && keys.gateway_pid === stage.pidOf('gateway');
  });
  const keys = JSON.parse(readFileSync(mirror, 'utf8'));
  t.same(Object.keys(keys).sort(), [
    'gateway_pid',
    'gateway_url',
    'metrics_url',
    'miner_loop_pid',
    'provider',
    'started_at',
    'wallet_address',
  ]);
  process.kill(keys.miner_loop_pid, 'SIGTERM');
  await until('the miner to end', () => stage.sidecar()?.children.miner.pid !== keys.miner_loop_pid);
  process.kill(keys.gateway_pid, 'SIGTERM');
  await until('the gateway to end', () => stage.sidecar()?.children.gateway.pid !== keys.gateway_pid);
  rmSync(mirror, { force: true });
  t.equal((await ended).code, 0);
  t.match(stage.log(), /OpenJarvis/);
  t.notOk(existsSync(mirror));
});

t.test('a mirror that another process has written since is left alone', async (t) => {
  const stage = new Stage(t);
  const mirror = stage.path('mining-mirror.json');
  stage.configure(`[sidecar]\nmirror = ${mirror}`);
  const { process: supervisor, ended } = stage.start();
  await stage.running();
  // Whole at once: half a record would be free to be replaced.
  const theirs = stage.path('theirs.json');
  writeFileSync(theirs, '{"provider":"vllm-pearl"}');
  renameSync(theirs, mirror);
  supervisor.kill('SIGTERM');
  await ended;
  t.equal(existsSync(mirror) && readFileSync(mirror, 'utf8'), '{"provider":"vllm-pearl"}');
});
