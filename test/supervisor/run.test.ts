import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import t from 'tap';
import { processIdentity } from '../../src/sidecar/identity.ts';
import { Stage, waitFor } from './stage.ts';

t.jobs = 2;

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
  t.equal(sidecar.gateway_pid, sidecar.children.gateway.pid);
  t.equal(sidecar.miner_loop_pid, sidecar.children.miner.pid);
  t.match(sidecar.gateway_url, /^http:\/\/127\.0\.0\.1:[1-9]\d+$/, 'the real port, not the 0 of the configuration');
  const metrics = await scrape(sidecar.metrics_url);
  t.match(metrics.body, /^pearl_gateway_shares_accepted_total 0$/m);
  t.match(metrics.body, /^pearl_state\{state="running"\} 1$/m);
  t.equal((await scrape(sidecar.metrics_url, { host: 'evil.example:80' })).status, 421);
  t.equal((await scrape(sidecar.metrics_url, {}, 'POST')).status, 405);
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
  t.match(once.children.miner.last_exit, { code: null, signal: 'SIGKILL' });
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
  await waitFor('the children to leave', () => !stage.anyAlive());
  t.ok(existsSync(stage.path('run', 'mining.json')), 'a killed supervisor leaves its sidecar');
  stage.start();
  const sidecar = await stage.until(
    'the next one to run',
    (s) => s.state === 'running' && s.supervisor?.pid !== first.pid,
  );
  t.equal(sidecar.children.miner.restarts, 0);
});

t.test('children that outlive a killed supervisor are ended by the next one', async (t) => {
  const stage = new Stage(t);
  stage.behave({ miner: { orphan: true, deaf: true }, gateway: { orphan: true } });
  const { process: first } = stage.start();
  const old = await stage.running();
  first.kill('SIGKILL');
  await waitFor('the supervisor to be gone', () => first.exitCode !== null || first.signalCode !== null);
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
  await waitFor('the children to leave', () => !stage.anyAlive());
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
  await waitFor('the lock to be made anew', () => existsSync(stage.path('run', 'lock')));
  t.equal((await stage.start().ended).code, 75);
  t.equal(stage.sidecar()?.supervisor?.pid, first.pid, 'the first one goes on');
});

t.test('a sidecar that is deleted, damaged or replaced by a link is written anew', async (t) => {
  const stage = new Stage(t);
  stage.start();
  await stage.running();
  const file = stage.path('run', 'mining.json');
  rmSync(file);
  await stage.running();
  writeFileSync(file, '{"half');
  await stage.running();
  const victim = stage.path('victim');
  writeFileSync(victim, 'untouched');
  rmSync(file);
  symlinkSync(victim, file);
  await stage.running();
  t.equal(readFileSync(victim, 'utf8'), 'untouched');
});

t.test('starts over a sidecar that is not one', async (t) => {
  for (const content of ['', '{', '[]', '{"provider":"vllm-pearl","vllm_endpoint":"http://x"}']) {
    const stage = new Stage(t);
    mkdirSync(stage.path('run'));
    writeFileSync(stage.path('run', 'mining.json'), content);
    stage.start();
    await stage.running();
    t.match(stage.log(), /the old sidecar .* and is replaced/);
  }
});

t.test('a permanent failure of a child ends with 78 and its words, and leaves the reason in the sidecar', async (t) => {
  const stage = new Stage(t);
  stage.behave({ gateway: { exit: 78, failure: 'the wallet belongs to another network', say: 'last words' } });
  const { ended } = stage.start();
  t.equal((await ended).code, 78);
  const sidecar = stage.sidecar();
  t.equal(sidecar?.state, 'failed');
  t.match(sidecar?.state_reason, /gateway ended with exit code 78: the wallet belongs to another network/);
  t.match(sidecar?.children.gateway.last_exit, { code: 78, signal: null, lines: ['last words'] });
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
  t.match(sidecar?.state_reason, /after 3 restarts within 600 s/);
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

t.test('a flood of output neither blocks the child nor fills the log', async (t) => {
  const stage = new Stage(t);
  stage.behave({ miner: { flood: 200_000 } });
  stage.start();
  await stage.running();
  t.ok(stage.log().length < 200_000, 'most of it was dropped');
});

t.test('passwords in the output of a child reach neither the log nor the sidecar', async (t) => {
  const stage = new Stage(t, '[supervisor]\nrestart = never');
  stage.behave({ gateway: { say: 'INFO connecting to http://rpcuser:hunter22@127.0.0.1 password=hunter33', exit: 1 } });
  const { ended } = stage.start();
  t.equal((await ended).code, 69);
  const seen = stage.log() + readFileSync(stage.path('run', 'mining.json'), 'utf8');
  t.match(seen, /connecting to/);
  t.notMatch(seen, /hunter22|hunter33/);
});

t.test('a reload restarts only what changed, and a bad file changes nothing and says so', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor } = stage.start();
  const before = await stage.running();
  stage.configure('[supervisor]\nbackoff_max = 20s');
  supervisor.kill('SIGHUP');
  await waitFor('the reload', () => /configuration reloaded/.test(stage.log()));
  t.equal(stage.sidecar()?.children.miner.pid, before.children.miner.pid);
  stage.configure('nonsense');
  supervisor.kill('SIGHUP');
  await waitFor('the refusal', () => /configuration is not taken over/.test(stage.log()));
  t.equal(stage.sidecar()?.children.gateway.pid, before.children.gateway.pid);
  await waitFor('the health line', () => /reload-refused/.test(readFileSync(stage.path('run', 'stats.json'), 'utf8')));
  stage.configure('[shape]\npreset = pool');
  supervisor.kill('SIGHUP');
  const after = await stage.until(
    'both to be back',
    (s) => s.state === 'running' && s.children.miner.pid !== before.children.miner.pid && s.shape?.preset === 'pool',
  );
  t.equal(after.children.miner.restarts, 0, 'a changed configuration is no failure');
});

t.test('a taken metrics port is said at once, and nothing is started', async (t) => {
  const stage = new Stage(t);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  writeFileSync(
    stage.path('pearlctl.ini'),
    readFileSync(stage.path('pearlctl.ini'), 'utf8').replace('metrics_port = 0', `metrics_port = ${port}`),
  );
  const { code, stderr } = await stage.start().ended;
  t.equal(code, 75);
  t.match(stderr, /^PORT_IN_USE: /);
  t.notOk(existsSync(stage.path('run', 'mining.json')));
});

t.test(
  'a home that cannot be written ends with 77',
  { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async (t) => {
    const stage = new Stage(t);
    chmodSync(stage.home, 0o500);
    t.teardown(() => chmodSync(stage.home, 0o700));
    const { code, stderr } = await stage.start().ended;
    t.equal(code, 77);
    t.match(stderr, /^HOME_UNWRITABLE: /);
  },
);

t.test('a file in the place of the home ends with 77', async (t) => {
  const stage = new Stage(t);
  writeFileSync(stage.path('state'), 'not a folder');
  const { code, stderr } = await stage.start().ended;
  t.equal(code, 77);
  t.match(stderr, /^HOME_UNWRITABLE: /);
});

t.test('a home that is moved away while it mines does not stop the mining', async (t) => {
  const stage = new Stage(t);
  const { process: supervisor, ended } = stage.start();
  await stage.running();
  renameSync(stage.path('run'), stage.path('elsewhere'));
  await stage.until('the sidecar to come back', (s) => s.state === 'running');
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
});
