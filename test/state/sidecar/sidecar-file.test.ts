import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { writeFileAtomically } from '../../../src/base/atomic-file.ts';
import { isAlive, liveness, processIdentity, signalVerified } from '../../../src/state/sidecar/identity.ts';
import { parseSidecar, readSidecar } from '../../../src/state/sidecar/read-sidecar.ts';
import { SidecarFile } from '../../../src/state/sidecar/sidecar-file.ts';
import { sidecarFields } from '../../../src/state/sidecar/sidecar-record.ts';
import { parseStats, STATS_SCHEMA, statsFields } from '../../../src/state/stats/stats-record.ts';
import { until } from '../../fixtures/until.ts';
import { SIDECAR, STATS } from '../status/facts.ts';

const FILE = sidecarFields(SIDECAR);

function folder(t: import('tap').Test): string {
  const path = mkdtempSync(join(tmpdir(), 'pearlctl-sidecar-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function fileIn(path: string, scope: 'user' | 'system' = 'user', mirror: string | null = null): SidecarFile {
  return new SidecarFile({
    sidecarFile: join(path, 'mining.json'),
    statsFile: join(path, 'stats.json'),
    mirror,
    scope,
  });
}

t.test('what was written is read back, key for key', async (t) => {
  t.strictSame(parseSidecar(JSON.stringify(FILE)), { kind: 'valid', value: SIDECAR });
  t.strictSame(parseStats(JSON.stringify(statsFields(STATS))), { kind: 'valid', value: STATS });
});

t.test('unknown keys are passed over, so that a newer version can be read', async (t) => {
  const newer = { ...FILE, schema: 2, brand_new: { deep: [1] }, children: { ...SIDECAR.children, third: {} } };
  t.match(parseSidecar(JSON.stringify(newer)), { kind: 'valid', value: { state: 'running' } });
});

t.test('figures of another version are told apart from foreign ones', async (t) => {
  const fields = statsFields(STATS);
  for (const schema of [STATS_SCHEMA - 1, STATS_SCHEMA + 1]) {
    t.match(parseStats(JSON.stringify({ ...fields, schema })), {
      kind: 'other-version',
      detail: `is of schema ${schema}, and this version reads ${STATS_SCHEMA}`,
    });
  }
  for (const schema of [undefined, 0, -1, 1.5, '2']) {
    t.equal(parseStats(JSON.stringify({ ...fields, schema })).kind, 'foreign', String(schema));
  }
});

t.test('every way of being wrong has its word', async (t) => {
  const text = JSON.stringify(FILE);
  t.equal(parseSidecar('').kind, 'empty');
  t.equal(parseSidecar(' \n').kind, 'empty');
  t.equal(parseSidecar(text.slice(0, text.length / 2)).kind, 'broken');
  t.equal(parseSidecar('null').kind, 'foreign');
  t.equal(parseSidecar('[1]').kind, 'foreign');
  t.equal(parseSidecar('{"provider":"cpu-pearl","gateway_pid":1}').kind, 'foreign', 'the reference has no schema');
  t.equal(parseSidecar(JSON.stringify({ ...FILE, state: 'dancing' })).kind, 'foreign');
  t.equal(parseSidecar(JSON.stringify({ ...FILE, supervisor: { pid: -1, identity: '' } })).kind, 'foreign');
  t.equal(parseSidecar(JSON.stringify({ ...FILE, children: {} })).kind, 'foreign');
  const path = folder(t);
  t.equal(readSidecar(join(path, 'none.json')).kind, 'missing');
  t.equal(readSidecar(join(path, 'none', 'none.json')).kind, 'missing');
  mkdirSync(join(path, 'folder.json'));
  t.not(readSidecar(join(path, 'folder.json')).kind, 'valid');
  writeFileSync(join(path, 'huge.json'), 'x'.repeat(300_000));
  t.match(readSidecar(join(path, 'huge.json')), { kind: 'foreign', detail: /300000 bytes/ });
  if (spawnSync('mkfifo', [join(path, 'fifo.json')]).status === 0) {
    t.match(readSidecar(join(path, 'fifo.json')), { kind: 'foreign' }, 'a pipe is not waited for');
  }
});

t.test('no text and no value makes the reader throw, or gives something of a wrong type', async () => {
  const check = (text: string) => {
    const reading = parseSidecar(text);
    if (reading.kind === 'valid') {
      const { supervisor, children } = reading.value;
      for (const pid of [supervisor?.pid ?? 1, children.gateway.pid ?? 1, children.miner.pid ?? 1]) {
        if (!Number.isSafeInteger(pid) || pid <= 0) return false;
      }
    }
    const stats = parseStats(text);
    return (
      stats.kind !== 'valid' || Object.values(stats.value.shares).every((n) => n === null || typeof n !== 'object')
    );
  };
  fc.assert(fc.property(fc.string(), check), { numRuns: 2000 });
  fc.assert(fc.property(fc.json(), check), { numRuns: 2000 });
  // A real one with some of its values replaced by anything.
  const keys = fc.constantFrom(...Object.keys({ ...FILE, ...statsFields(STATS) }));
  const mutated = fc
    .tuple(fc.constantFrom(1, 2), keys, fc.jsonValue())
    .map(([schema, key, value]) => JSON.stringify({ ...FILE, ...statsFields(STATS), schema, [key]: value }));
  fc.assert(fc.property(mutated, check), { numRuns: 5000 });
});

t.test('is private in user scope, readable for every account in system scope, whatever the umask', async (t) => {
  const path = folder(t);
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  fileIn(path).write(SIDECAR);
  t.equal(statSync(join(path, 'mining.json')).mode & 0o777, 0o600);
  fileIn(path, 'system').write(SIDECAR);
  fileIn(path, 'system').writeStats(STATS);
  t.equal(statSync(join(path, 'mining.json')).mode & 0o777, 0o644);
  t.equal(statSync(join(path, 'stats.json')).mode & 0o777, 0o644);
});

t.test('a link in its place is replaced, never written through', async (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'victim'), 'untouched');
  symlinkSync(join(path, 'victim'), join(path, 'mining.json'));
  fileIn(path).write(SIDECAR);
  t.equal(readFileSync(join(path, 'victim'), 'utf8'), 'untouched');
  t.notOk(lstatSync(join(path, 'mining.json')).isSymbolicLink());
});

t.test('a failed write leaves the old content and no temporary file', async (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'taken'));
  writeFileSync(join(path, 'taken', 'inside'), '');
  // A folder that is not empty cannot be replaced by a file.
  t.throws(() => writeFileAtomically(join(path, 'taken'), 'text', { mode: 0o600, durable: true }));
  t.same(readdirSync(path), ['taken']);
  t.throws(() => writeFileAtomically(join(path, 'none', 'file'), 'text', { mode: 0o600, durable: false }), {
    code: 'ENOENT',
  });
});

t.test('readers beside a busy writer only ever see a whole file', async (t) => {
  const path = folder(t);
  const file = fileIn(path);
  file.write(SIDECAR);
  const reader = spawn(process.execPath, [
    '-e',
    `const { readFileSync } = require('node:fs');
     const end = Date.now() + 1500; let reads = 0;
     while (Date.now() < end) { JSON.parse(readFileSync(process.argv[1], 'utf8')); reads += 1; }
     process.stdout.write(String(reads));`,
    join(path, 'mining.json'),
  ]);
  let reads = '';
  let errors = '';
  reader.stdout.on('data', (chunk: Buffer) => {
    reads += chunk.toString();
  });
  reader.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const closed = new Promise((resolve) => reader.once('close', resolve));
  while (reader.exitCode === null && reader.signalCode === null) {
    for (let i = 0; i < 20; i++) file.write({ ...SIDECAR, stateReason: 'x'.repeat(i * 100) });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  t.equal(errors, '');
  t.ok(Number(reads) > 10, `${reads} whole reads`);
});

t.test('notices when another process touched, replaced or removed the file', async (t) => {
  const path = folder(t);
  const file = fileIn(path);
  t.notOk(file.isDisturbed(), 'nothing was written yet');
  file.write(SIDECAR);
  t.notOk(file.isDisturbed());
  writeFileSync(join(path, 'mining.json'), 'other');
  t.ok(file.isDisturbed());
  file.write(SIDECAR);
  rmSync(join(path, 'mining.json'));
  t.ok(file.isDisturbed());
  file.remove();
  t.notOk(file.isDisturbed(), 'a removed one is not missed');
});

t.test('the mirror holds the seven keys and nothing more, and goes with the sidecar', async (t) => {
  const path = folder(t);
  const mirror = join(path, 'jarvis', 'runtime', 'mining.json');
  const file = fileIn(path, 'user', mirror);
  file.write(SIDECAR);
  file.writeMirror(SIDECAR);
  t.strictSame(JSON.parse(readFileSync(mirror, 'utf8')), {
    provider: 'cpu-pearl',
    started_at: SIDECAR.startedAtSeconds,
    wallet_address: SIDECAR.wallet,
    gateway_url: 'http://127.0.0.1:8337',
    metrics_url: 'http://127.0.0.1:8339/metrics',
    gateway_pid: 101,
    miner_loop_pid: 102,
  });
  t.equal(statSync(mirror).mode & 0o777, 0o600);
  file.remove();
  t.notOk(existsSync(mirror));
  t.notOk(existsSync(join(path, 'mining.json')));
  file.remove();
});

t.test('an identity tells this process, another one and a dead one apart', async (t) => {
  const own = processIdentity(process.pid);
  t.type(own, 'string');
  t.ok(isAlive(process.pid, own));
  t.equal(liveness(process.pid, `${own}1`), 'other');
  t.equal(liveness(process.pid, null), 'other');
  t.equal(processIdentity(0), null);
  t.equal(processIdentity(-1), null);
  t.notOk(isAlive(null, null));
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  const identity = processIdentity(pid);
  t.ok(isAlive(pid, identity));
  t.notOk(signalVerified(pid, `${identity}1`, 'SIGKILL'), 'a stranger is not signalled');
  t.ok(isAlive(pid, identity));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  t.ok(signalVerified(pid, identity, 'SIGKILL'));
  await gone;
  t.equal(liveness(pid, identity), 'gone');
  t.notOk(signalVerified(pid, identity, 'SIGKILL'));
});

t.test('a zombie has ended', { skip: process.platform !== 'linux' && 'read from /proc' }, async (t) => {
  // The shell's child ends at once, and the program that the shell becomes never collects it.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 300'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString())));
  });
  await until('a zombie', () => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] === 'Z');
  t.equal(processIdentity(pid), null);
});
