// The program as it is installed: real gateway, real miner, real proofs on the embedded devnet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { DocumentName } from '../../scripts/docs/json-page.ts';
import type { StatusModel } from '../../src/state/status/status-table.ts';
import type { DashboardDocument } from '../../src/web/site/dashboard-document.ts';
import { expectHeld, hold } from '../cli/documents/held.ts';
import { CLI } from '../cli/run-cli.ts';
import { freePort } from '../fixtures/free-port.ts';
import { until } from '../fixtures/until.ts';
import { Stage } from '../supervisor/stage.ts';

const SUPERVISE = [CLI, 'supervise', '--scope', 'user'];

function ask(stage: Stage, ...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home };
  return spawnSync(process.execPath, [CLI, ...args, '--scope', 'user'], { env, encoding: 'utf8' });
}

function status(t: Test, stage: Stage): { code: number | null; model: StatusModel } {
  const { status: code, stdout } = ask(stage, 'status', '--json');
  hold(t, 'status', [JSON.parse(stdout)]);
  return { code, model: JSON.parse(stdout) };
}

/** Has a command print its document, which is held against its description. */
function document(t: Test, stage: Stage, name: DocumentName, ...args: string[]): unknown {
  const { stdout, stderr } = ask(stage, ...args, '--json');
  t.equal(stderr, '');
  hold(t, name, [JSON.parse(stdout)]);
  return JSON.parse(stdout);
}

/** How many blocks there are in the ledger: it outlives every process. */
function ledger(stage: Stage): number {
  const file = stage.path('state', 'shares.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8').split('"accepted"').length - 1 : 0;
}

t.test('mines, survives kills of miner, gateway and both, and counts on over a restart', async (t) => {
  const stage = new Stage(t);
  // A gateway that comes back elsewhere has the miner restarted, which is no failure that is counted.
  const file = stage.path('pearlctl.ini');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^port = 0$/m, `port = ${await freePort()}`));
  t.match(status(t, stage), { code: 3, model: { state: 'configured' } });
  const { process: supervisor, ended } = stage.start(SUPERVISE);
  await stage.running();
  await until('the first block', () => stage.blocks() >= 1, 60_000);
  t.match(status(t, stage), { code: 0, model: { state: 'running' } });
  for (const names of [['miner'], ['gateway'], ['gateway', 'miner']] as const) {
    const pids = names.map((name) => stage.pidOf(name));
    const blocks = stage.blocks();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    const what = `mining to go on after the death of ${names.join(' and ')}`;
    // A block of before the kill may be counted after it, while the sidecar still shows the old processes.
    const isBack = () => names.every((name) => !pids.includes(stage.sidecar()?.children[name].pid ?? pids[0] ?? 0));
    await until(what, () => stage.sidecar()?.state === 'running' && isBack() && stage.blocks() > blocks, 60_000);
  }
  const { children } = await stage.running();
  t.equal(children.miner.restarts, 2);
  t.equal(children.gateway.restarts, 2);
  t.match(children.gateway.lastExit, { signal: 'SIGKILL' });
  const { dashboardUrl } = status(t, stage).model;
  const seen = (await (await fetch(new URL('dashboard.json', dashboardUrl ?? ''))).json()) as DashboardDocument;
  hold(t, 'status', [seen.status]);
  // It is a document of its own.
  hold(t, 'dashboard', [{ ...seen, status: {} }]);
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
  t.notOk(stage.anyAlive());
  t.match(status(t, stage), { code: 3, model: { state: 'stopped', stateReason: 'it was told to stop (SIGTERM)' } });
  const before = ledger(stage);
  t.ok(before >= 4);
  stage.start(SUPERVISE);
  await stage.running();
  await until('the counters to go on', () => stage.blocks() >= before, 60_000);
  const past = () => JSON.parse(ask(stage, 'status', '--history', '--json').stdout);
  await until('the first point of the past', () => past().points.length > 0);
  t.match(document(t, stage, 'history', 'status', '--history'), { range: '24h' });
  t.match(document(t, stage, 'reloadDirectly', 'reload'), { reloaded: true });
  t.match(document(t, stage, 'pause', 'pause'), { paused: 'user', heard: true });
  t.match(document(t, stage, 'pause', 'resume'), { paused: null, heard: true });
  t.match(document(t, stage, 'stopDirectly', 'stop'), { active: 'inactive' });
  const stopped = status(t, stage);
  t.match(stopped, { code: 3, model: { state: 'stopped', stateReason: /\(asked over the control socket\)$/ } });
  t.equal(stopped.model.shares?.accepted, ledger(stage), 'the shares of its last run are still told');
  expectHeld(t, 'e2e/supervise.test.ts');
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
    await until('the children to leave', () => !stage.anyAlive());
    t.comment(`children left after ${Math.round(performance.now() - began)} ms`);
    const seen = status(t, stage);
    t.equal(seen.code, 1);
    t.match(seen.model, { state: 'failed', stateReason: /was killed/ });
    stage.start(SUPERVISE);
    await stage.until('the next one to run', (s) => s.state === 'running' && s.supervisor?.pid !== first.pid);
    t.equal(status(t, stage).code, 0);
  },
);

t.test('a port that is taken ends with 75 and the words of the gateway, and starts no miner', async (t) => {
  const stage = new Stage(t);
  const { process: first } = stage.start(SUPERVISE);
  const { gatewayUrl } = await stage.running();
  t.ok(first.pid);
  const other = new Stage(t);
  const file = readFileSync(other.path('pearlctl.ini'), 'utf8');
  const port = new URL(gatewayUrl).port;
  writeFileSync(other.path('pearlctl.ini'), file.replace('\nport = 0', `\nport = ${port}`));
  const { code } = await other.start(SUPERVISE).ended;
  t.equal(code, 75);
  const sidecar = other.sidecar();
  t.equal(sidecar?.state, 'failed');
  t.match(sidecar?.stateReason, /in use by another program/);
  t.equal(sidecar?.children.miner.state, 'stopped');
  t.notOk(existsSync(other.path('run', 'private')), 'nor does it leave a folder for a socket');
});
