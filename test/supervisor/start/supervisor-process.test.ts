import { existsSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import t from 'tap';
import { until } from '../../fixtures/until.ts';
import { Stage } from '../stage.ts';

function scrape(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

t.test('starts gateway then miner, tells everything in the sidecar, and leaves nothing after a stop', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor, ended } = stage.start();
  const sidecar = await stage.running();
  t.equal(sidecar.supervisor?.pid, supervisor.pid);
  t.equal(sidecar.children.gateway.state, 'ready');
  const keys = JSON.parse(readFileSync(stage.path('run', 'mining.json'), 'utf8'));
  t.equal(keys.gateway_pid, sidecar.children.gateway.pid);
  t.equal(keys.miner_loop_pid, sidecar.children.miner.pid);
  t.match(sidecar.gatewayUrl, /^http:\/\/127\.0\.0\.1:[1-9]\d+$/, 'the real port, not the 0 of the configuration');
  const metrics = await scrape(sidecar.metricsUrl);
  t.match(metrics.body, /^pearl_gateway_shares_accepted_total 0$/m);
  t.match(metrics.body, /^pearl_state\{state="running"\} 1$/m);
  t.equal((await scrape(sidecar.metricsUrl, { host: 'evil.example:80' })).status, 421);
  t.equal((await scrape(sidecar.metricsUrl, {}, 'POST')).status, 405);
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
  t.notOk(existsSync(stage.path('run', 'mining.json')));
  t.notOk(existsSync(stage.path('run', 'stats.json')));
  t.notOk(stage.anyAlive(), 'no child is left');
});

t.test('brings back whatever is killed, and counts it', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  process.kill(stage.pidOf('miner'), 'SIGKILL');
  const once = await stage.until(
    'the miner to be back',
    (s) => s.state === 'running' && s.children.miner.restarts === 1,
  );
  t.match(once.children.miner.lastExit, { code: null, signal: 'SIGKILL' });
  t.equal(once.children.gateway.restarts, 0);
  process.kill(stage.pidOf('gateway'), 'SIGKILL');
  await stage.until('the gateway to be back', (s) => s.state === 'running' && s.children.gateway.restarts === 1);
  const pids = [stage.pidOf('miner'), stage.pidOf('gateway')];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  const both = await stage.until('both to be back', (s) => {
    const { gateway: g, miner: m } = s.children;
    return s.state === 'running' && g.restarts === 2 && m.restarts >= 2;
  });
  t.equal(both.children.miner.restarts, 2);
});

t.test('a child that is stopped by SIGSTOP is replaced, and one that only ends politely comes back too', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  process.kill(stage.pidOf('miner'), 'SIGTERM');
  await stage.until('the miner to be back', (s) => s.state === 'running' && s.children.miner.restarts === 1);
  const hung = stage.pidOf('miner');
  process.kill(hung, 'SIGSTOP');
  const sidecar = await stage.until(
    'the hung miner to be replaced',
    (s) => s.children.miner.restarts === 2 && s.state === 'running',
  );
  t.not(sidecar.children.miner.pid, hung);
  t.match(stage.log(), /the miner was silent for \d+ s/);
});

t.test('children leave within seconds when the supervisor is killed, and the next start works', async (t) => {
  const stage = new Stage(t);
  const { process: first } = stage.start();
  await stage.running();
  first.kill('SIGKILL');
  await until('the children to leave', () => !stage.anyAlive());
  t.ok(existsSync(stage.path('run', 'mining.json')), 'a killed supervisor leaves its sidecar');
  stage.start();
  const sidecar = await stage.until(
    'the next one to run',
    (s) => s.state === 'running' && s.supervisor?.pid !== first.pid,
  );
  t.equal(sidecar.children.miner.restarts, 0);
});
