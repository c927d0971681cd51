// The program as it is installed: real gateway, real miner, real proofs on the embedded devnet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { CLI, Stage, waitFor } from '../supervisor/stage.ts';

const SUPERVISE = [CLI, 'supervise', '--scope', 'user'];

function status(stage: Stage): {
  code: number | null;
  text: string;
  model: { state: string; health: { id: string }[] };
} {
  const env = { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home };
  const ask = (args: string[]) =>
    spawnSync(process.execPath, [CLI, 'status', '--scope', 'user', ...args], { env, encoding: 'utf8' });
  const human = ask([]);
  return { code: human.status, text: human.stdout, model: JSON.parse(ask(['--json']).stdout) };
}

/** How many blocks there are in the ledger: it outlives every process. */
function ledger(stage: Stage): number {
  const file = stage.path('state', 'shares.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('"accepted"').length - 1 : 0;
}

t.test('mines, survives kills of miner, gateway and both, and counts on over a restart', async (t) => {
  const stage = new Stage(t);
  t.match(status(stage), { code: 3, model: { state: 'configured' } });
  const { process: supervisor, ended } = stage.start(SUPERVISE);
  await stage.running();
  await waitFor('the first block', () => stage.blocks() >= 1, 60_000);
  t.match(status(stage), { code: 0, model: { state: 'running' } });
  for (const names of [['miner'], ['gateway'], ['gateway', 'miner']] as const) {
    const pids = names.map((name) => stage.pidOf(name));
    const blocks = stage.blocks();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const what = `mining to go on after the death of ${names.join(' and ')}`;
    await waitFor(what, () => stage.sidecar()?.state === 'running' && stage.blocks() > blocks, 60_000);
    for (const name of names) t.notOk(pids.includes(stage.pidOf(name)), `another ${name}`);
  }
  const { children } = await stage.running();
  t.equal(children.miner.restarts, 2);
  t.equal(children.gateway.restarts, 2);
  t.match(children.gateway.last_exit, { signal: 'SIGKILL' });
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
  t.notOk(stage.anyAlive());
  t.match(status(stage), { code: 3, model: { state: 'stopped' } });
  const before = ledger(stage);
  t.ok(before >= 4);
  stage.start(SUPERVISE);
  await stage.running();
  await waitFor('the counters to go on', () => stage.blocks() >= before, 60_000);
});

t.test(
  'kill -9 of the supervisor: children gone within two seconds, said by status, mended by the next start',
  async (t) => {
    const stage = new Stage(t);
    const { process: first, ended } = stage.start(SUPERVISE);
    await stage.running();
    const refused = await stage.start(SUPERVISE).ended;
    t.equal(refused.code, 75);
    t.match(refused.stderr, new RegExp(`pid ${first.pid}`));
    first.kill('SIGKILL');
    await ended;
    const began = performance.now();
    await waitFor('the children to leave', () => !stage.anyAlive());
    t.comment(`children left after ${Math.round(performance.now() - began)} ms`);
    const seen = status(stage);
    t.equal(seen.code, 1);
    t.match(seen.model, { state: 'failed', stateReason: /was killed/ });
    stage.start(SUPERVISE);
    await stage.until('the next one to run', (s) => s.state === 'running' && s.supervisor?.pid !== first.pid);
    t.equal(status(stage).code, 0);
  },
);

t.test('a port that is taken ends with 75 and the words of the gateway, and starts no miner', async (t) => {
  const stage = new Stage(t);
  const { process: first } = stage.start(SUPERVISE);
  const { gateway_url } = await stage.running();
  t.ok(first.pid);
  const other = new Stage(t);
  const file = readFileSync(other.path('pearlctl.ini'), 'utf8');
  const port = new URL(gateway_url).port;
  writeFileSync(other.path('pearlctl.ini'), file.replace('\nport = 0', `\nport = ${port}`));
  const { code } = await other.start(SUPERVISE).ended;
  t.equal(code, 75);
  const sidecar = other.sidecar();
  t.equal(sidecar?.state, 'failed');
  t.match(sidecar?.state_reason, /in use by another program/);
  t.equal(sidecar?.children.miner.state, 'stopped');
});
