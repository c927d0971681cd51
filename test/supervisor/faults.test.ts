import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Stage } from './stage.ts';

t.test('a sidecar that is deleted, damaged or replaced by a link is written again', async (t) => {
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

function mountTiny(path: string, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `mode=0700,size=${options}`, 'tmpfs', path]).status === 0;
}

/** Whether this user may mount a file system of a few pages: tried, since containers take the right from root. */
function mayMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'pearlctl-mount-'));
  const mounted = mountTiny(path, '64k');
  if (mounted) spawnSync('umount', ['-l', path]);
  rmSync(path, { recursive: true });
  return mounted;
}

const needsMount = { skip: !mayMount() && 'needs the right to mount a tmpfs' };

t.test('a disk that fills up while it mines stops nothing, and is said in health', needsMount, async (t) => {
  const stage = new Stage(t);
  mkdirSync(stage.path('run'));
  mountTiny(stage.path('run'), '64k');
  t.teardown(() => spawnSync('umount', ['-l', stage.path('run')]));
  const { process: supervisor, ended } = stage.start();
  const before = await stage.running();
  const filler = stage.path('run', 'filler');
  for (let full = false; !full; ) {
    try {
      writeFileSync(filler, Buffer.alloc(4096), { flag: 'a' });
    } catch {
      full = true;
    }
  }
  // A change of state that has to be written now cannot be.
  process.kill(before.children.miner.pid ?? 0, 'SIGKILL');
  await until('the log to say so', () => /The disk is full: the sidecar cannot be written/.test(stage.log()));
  t.equal(supervisor.exitCode, null, 'it mines on');
  rmSync(filler);
  const after = await stage.until(
    'the sidecar to be right again',
    (s) => s.state === 'running' && s.children.miner.restarts === 1,
  );
  t.not(after.children.miner.pid, before.children.miner.pid);
  await until('the log to say that too', () => /the sidecar can be written again/.test(stage.log()));
  supervisor.kill('SIGTERM');
  t.equal((await ended).code, 0);
});

t.test('a disk that is full at the start ends with one sentence and 69', needsMount, async (t) => {
  const stage = new Stage(t);
  mkdirSync(stage.path('run'));
  mountTiny(stage.path('run'), '64k');
  t.teardown(() => spawnSync('umount', ['-l', stage.path('run')]));
  for (let full = false; !full; ) {
    try {
      writeFileSync(stage.path('run', 'filler'), Buffer.alloc(4096), { flag: 'a' });
    } catch {
      full = true;
    }
  }
  const { code, stderr } = await stage.start().ended;
  t.equal(code, 69);
  t.match(stderr, /^DISK_FULL: /);
});

t.test('a read-only home ends with 77', needsMount, async (t) => {
  const stage = new Stage(t);
  mkdirSync(stage.path('run'));
  mountTiny(stage.path('run'), '64k,ro');
  t.teardown(() => spawnSync('umount', ['-l', stage.path('run')]));
  const { code, stderr } = await stage.start().ended;
  t.equal(code, 77);
  t.match(stderr, /^HOME_UNWRITABLE: /);
});
