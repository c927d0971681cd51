import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { VERSION } from '../../src/base/version.ts';
import { native } from '../../src/native/native.ts';
import { until } from '../fixtures/until.ts';

interface ProofVector {
  id: string;
  header: string;
  cert_version: number;
  rank_penalty: boolean;
  target: string;
  proof: string;
  recovered: {
    m: number;
    n: number;
    k: number;
    r: number;
    rows: number[];
    cols: number[];
    t_rows: number;
    hash_a: string;
    hash_jackpot: string;
  };
}

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/native/${name}`, import.meta.url));
const vectors = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../vectors/${name}`, import.meta.url)), 'utf8'));
const valid: ProofVector[] = vectors('proofs.json').valid;
const linux = process.platform === 'linux';

function request(vector: ProofVector) {
  return {
    header: Buffer.from(vector.header, 'hex'),
    certVersion: vector.cert_version,
    rankPenalty: vector.rank_penalty,
    target: BigInt(`0x${vector.target}`),
    proof: Buffer.from(vector.proof, 'base64'),
  };
}

/** The first proof of the vectors, which every test that needs one may take. */
function first(): ProofVector {
  const vector = valid[0];
  if (vector === undefined) throw new Error('proofs.json has no valid proof');
  return vector;
}

/** A child whose lines can be awaited one by one; ended with the test. */
function start(test: { teardown(end: () => void): void }, command: string, args: string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  test.teardown(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

t.test('the addon is of the same version as the program', async (t) => {
  t.equal(native().version, VERSION);
  t.equal(native(), native(), 'and is loaded once');
});

t.test('a valid proof verifies at once, as text and in the thread pool', async (t) => {
  for (const vector of valid) {
    const hash = Buffer.from(vector.recovered.hash_jackpot, 'hex');
    const verdict = { valid: true, reason: null, message: null, hash };
    t.strictSame(native().verify(request(vector)), verdict, vector.id);
    t.strictSame(native().verifyBase64({ ...request(vector), proof: vector.proof }), verdict);
    t.strictSame(await native().verifyAsync(request(vector)), verdict);
  }
});

t.test('a refused proof says why, and shows its hash when only the target was missed', async (t) => {
  const vector = first();
  const missed = native().verify({ ...request(vector), target: 0n });
  t.match(missed, { valid: false, reason: 'target' });
  t.strictSame(missed.hash, Buffer.from(vector.recovered.hash_jackpot, 'hex'));
  const broken = request(vector);
  broken.proof = broken.proof.subarray(0, 100);
  t.match(native().verify(broken), { valid: false, reason: 'decode', hash: null });
  t.match(await native().verifyAsync(broken), { valid: false, reason: 'decode', hash: null });
  t.match(native().verifyBase64({ ...request(vector), proof: `${vector.proof}\n` }), {
    valid: false,
    reason: 'base64',
  });
});

t.test('numbers are taken exactly or refused, never cut off', async (t) => {
  const ok = request(first());
  for (const certVersion of [4294967299, 3.5, -1, Number.NaN]) {
    t.match(native().verify({ ...ok, certVersion }), { valid: false, reason: 'cert_version' }, String(certVersion));
  }
  for (const target of [-1n, 1n << 256n]) t.throws(() => native().verify({ ...ok, target }), /2\^256/);
  t.throws(() => native().verify({ ...ok, header: ok.header.subarray(1) }), /76 bytes/);
  t.throws(() => native().targetFromNbits(2 ** 32), /nbits/);
  t.throws(() => native().targetFromNbits(-1), /nbits/);
});

t.test('256-bit numbers cross without loss', async (t) => {
  for (const { nbits, target } of vectors('bound.json').nbits) {
    t.equal(native().targetFromNbits(Number.parseInt(nbits, 16)), BigInt(`0x${target}`), nbits);
  }
  for (const entry of vectors('bound.json').bounds) {
    const shape = { h: entry.h, w: entry.w, k: entry.k, rank: entry.r };
    const found = native().bound(BigInt(`0x${entry.target}`), shape, entry.rank_penalty);
    t.strictSame(found, { bound: BigInt(`0x${entry.bound}`), overflows: entry.overflows });
  }
  t.equal(native().nbitsFromTarget(0xffff0000n << 192n), 0x1d00ffff);
});

t.test('inspect shows the fields of a proof and refuses what is none', async (t) => {
  const { recovered, proof } = first();
  const fields = native().inspect(Buffer.from(proof, 'base64'));
  t.match(fields, { m: recovered.m, n: recovered.n, k: recovered.k, rank: recovered.r });
  t.strictSame(
    fields.rows,
    recovered.rows.map((row) => row + recovered.t_rows),
  );
  t.equal(fields.hashA.toString('hex'), recovered.hash_a);
  t.equal(fields.bytes, Buffer.from(proof, 'base64').length);
  t.throws(() => native().inspect(Buffer.alloc(7)), {
    name: 'PearlError',
    code: 'INPUT_INVALID',
    message: /^decode: /,
  });
});

t.test('patterns and digests', async (t) => {
  t.strictSame(native().patternFromIndices([0, 8, 64, 72]), { size: 4, period: 128, max: 72 });
  t.throws(() => native().patternFromIndices([0, 1, 3]), { name: 'PearlError', code: 'SHAPE_INVALID' });
  const empty = 'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262';
  t.equal(native().blake3(Buffer.alloc(0)).toString('hex'), empty);
});

t.test('the processor is described', async (t) => {
  const { arch, features, kernels } = native().cpuFeatures();
  t.equal(arch, process.arch === 'x64' ? 'x86_64' : 'aarch64');
  t.ok(kernels.includes('scalar'));
  t.ok(features.every((name) => /^[a-z0-9]+$/.test(name)));
  t.ok(native().physicalCores() >= 1);
});

t.test('only the processors of the affinity mask count', { skip: !linux && 'Linux only' }, async (t) => {
  const script = 'process.stdout.write(String(require(process.argv[1]).physicalCores()))';
  const addon = fileURLToPath(new URL('../../dist/native/index.cjs', import.meta.url));
  const result = spawnSync('taskset', ['-c', '0', process.execPath, '-e', script, addon], { encoding: 'utf8' });
  t.equal(result.stdout, '1', result.stderr);
});

t.test('a lock is held against other processes until it is released or its holder dies', async (t) => {
  const path = join(t.testdir(), 'lock');
  const lock = native().lockFile(path);
  t.equal(lock?.inode, statSync(path, { bigint: true }).ino);
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.equal(native().lockFile(path), null, 'nor can this process take it twice');
  t.equal(await start(t, process.execPath, [fixture('hold-lock.cjs'), path]).line(), 'refused');
  lock?.release();
  lock?.release();

  const holder = start(t, process.execPath, ['--expose-gc', fixture('hold-lock.cjs'), path]);
  t.match(await holder.line(), /^held /);
  t.equal(native().lockFile(path), null);
  holder.child.kill('SIGKILL');
  await ended(holder.child);
  const again = native().lockFile(path);
  t.ok(again, 'a killed holder has let go');
  rmSync(path);
  writeFileSync(path, '');
  t.not(again?.inode, statSync(path, { bigint: true }).ino, 'a replaced file is another one');
  again?.release();
});

t.test('a file that is there is locked as it is, also one that may only be read; none is made', async (t) => {
  const folder = t.testdir({ file: 'text' });
  const path = join(folder, 'file');
  chmodSync(path, 0o444);
  const lock = native().lockExistingFile(path);
  t.equal(lock?.inode, statSync(path, { bigint: true }).ino);
  t.equal(native().lockExistingFile(path), null);
  lock?.release();
  t.equal(readFileSync(path, 'utf8'), 'text');
  t.throws(() => native().lockExistingFile(join(folder, 'none')), { code: 'ENOENT' });
  t.same(readdirSync(folder), ['file']);
});

t.test('a lock is looked at without being taken, and handed down to a child without a gap', async (t) => {
  const path = join(t.testdir(), 'lock');
  t.throws(() => native().isFileLocked(path), { code: 'ENOENT' });
  const lock = native().lockFile(path);
  t.equal(native().isFileLocked(path), true);
  const adopt = `const { adoptFileLock } = require(process.argv[1]);
    const lock = adoptFileLock(3);
    process.stdout.write(String(lock.inode));
    process.stdin.on('end', () => { lock.release(); process.stderr.write('given back'); setInterval(() => {}, 1e6); });
    process.stdin.resume();`;
  const addon = readdirSync('dist/native').find((name) => name.endsWith('.node'));
  const child = spawn(process.execPath, ['-e', adopt, resolve('dist/native', addon ?? '')], {
    stdio: ['pipe', 'pipe', 'pipe', lock?.descriptor ?? 'ignore'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  lock?.release();
  t.equal(lock?.descriptor, null);
  t.equal(native().isFileLocked(path), true, 'it is the child’s now');
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('it has pipes');
  const [inode] = await once(stdout, 'data');
  t.equal(String(inode), String(statSync(path).ino));
  stdin.end();
  t.match(String((await once(stderr, 'data'))[0]), /given back/);
  t.equal(native().isFileLocked(path), false, 'although the child has the file open still');
  t.throws(() => native().adoptFileLock(-1), { code: 'EBADF' });
});

t.test('a lock that cannot be opened fails with the code of the system', async (t) => {
  const folder = t.testdir({ file: '' });
  t.throws(() => native().lockFile(join(folder, 'none', 'lock')), { code: 'ENOENT' });
  t.throws(() => native().lockFile(join(folder, 'file', 'lock')), { code: 'ENOTDIR' });
  t.throws(() => native().lockFile(folder), { code: 'EISDIR' });
});

t.test('a start time tells two processes with one pid apart', async (t) => {
  const own = native().processStartTime(process.pid);
  t.match(own, /^[0-9.]+$/);
  t.equal(native().processStartTime(process.pid), own);
  t.match(native().bootId(), /^[0-9a-f-]{36}$/i);
  for (const pid of [4194305, 0xffffffff, 2 ** 40, -1, 1.5]) t.equal(native().processStartTime(pid), null, String(pid));

  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const pid = child.pid ?? 0;
  t.match(native().processStartTime(pid), /^[0-9.]+$/);
  child.kill('SIGKILL');
  await ended(child);
  t.equal(native().processStartTime(pid), null, 'nothing is left of a process that has been waited for');
});

t.test('a child ends when its parent is killed', { skip: !linux && 'Linux only' }, async (t) => {
  const parent = start(t, process.execPath, [fixture('parent.cjs')]);
  const [pid, armed] = (await parent.line()).split(' ');
  t.equal(armed, 'true');
  t.ok(native().processStartTime(Number(pid)));
  parent.child.kill('SIGKILL');
  t.ok(await until('the child to end', () => native().processStartTime(Number(pid)) === null));
});

t.test('a child whose parent has died before it asked ends at once', { skip: !linux && 'Linux only' }, async (t) => {
  // Any other pid than that of the real parent stands for one that is gone.
  const { child } = start(t, process.execPath, [fixture('child.cjs'), '1']);
  await ended(child);
  t.equal(child.signalCode, 'SIGTERM');
  t.throws(() => native().setParentDeathSignal('SIGWHAT'), /SIGWHAT/);
});

t.test(
  'another program takes the place of the process in a clean state',
  { skip: !linux && 'Linux only' },
  async (t) => {
    const child = spawn(process.execPath, [fixture('become.cjs'), 'cat', '/proc/self/status', '/proc/self/environ'], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const [code] = await once(child, 'close');
    t.equal(code, 0);
    t.match(output, /^before\n/);
    t.match(output, new RegExp(`^Pid:\\t${child.pid}$`, 'm'), 'the same process');
    t.match(output, /^SigIgn:\t0+$/m);
    t.match(output, /^SigBlk:\t0+$/m);
    t.match(output, /^SigCgt:\t0+$/m);
    t.ok(output.includes('ONLY=this'));
    t.notOk(output.includes('NODE_CHANNEL_FD'));
  },
);

t.test('only the standard descriptors are passed on', { skip: !linux && 'Linux only' }, async (t) => {
  const child = spawn(process.execPath, [fixture('become.cjs'), 'ls', '/proc/self/fd'], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  await once(child, 'close');
  // 3 is the folder that ls itself has open.
  t.strictSame(Buffer.concat(chunks).toString().trim().split('\n'), ['before', '0', '1', '2', '3']);
});

t.test('a program that is not there is an error, and the process stays as it was', async (t) => {
  const signals = () => (linux ? /^SigIgn:.*$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[0] : 'not shown');
  const before = signals();
  const become = () => native().execReplace('/no/such/program', [], {});
  t.throws(become, { code: 'CHILD_FAILED', message: /no\/such\/program/ });
  t.throws(become, PearlError);
  t.equal(signals(), before, 'what was ignored is ignored again');
  if (linux) t.not(before, 'SigIgn:\t0000000000000000', 'and something was');
});

t.test('the user at the other end of a Unix socket is known, and no other descriptor has one', async (t) => {
  // The name of a test's own folder is longer than the path of a socket may be.
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-test-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.sock');
  const server = createServer().listen(path);
  t.teardown(() => server.close());
  await once(server, 'listening');
  const client = connect(path);
  t.teardown(() => client.destroy());
  await once(client, 'connect');
  const { fd } = (client as unknown as { _handle: { fd: number } })._handle;
  t.equal(native().peerUid(fd), process.getuid?.());
  for (const none of [-1, 0.5, 2 ** 40, Number.NaN]) t.equal(native().peerUid(none), null);
});

t.test('the service manager is told through a path or an abstract name', async (t) => {
  const before = process.env.NOTIFY_SOCKET;
  t.teardown(() => {
    if (before === undefined) delete process.env.NOTIFY_SOCKET;
    else process.env.NOTIFY_SOCKET = before;
  });
  delete process.env.NOTIFY_SOCKET;
  t.equal(native().sdNotify('READY=1'), false, 'no manager');

  if (spawnSync('python3', ['--version']).status !== 0) {
    t.pass('a real socket', { skip: 'python3 makes the socket' });
    return;
  }
  const path = join(tmpdir(), `pearlctl-notify-${process.pid}.sock`);
  t.teardown(() => rmSync(path, { force: true }));
  for (const name of linux ? [path, `@pearlctl-notify-${process.pid}`] : [path]) {
    process.env.NOTIFY_SOCKET = name;
    const server = start(t, 'python3', [fixture('datagrams.py'), name]);
    t.equal(await server.line(), 'bound');
    t.equal(native().sdNotify('STATUS=mining'), true);
    t.equal(await server.line(), 'STATUS=mining', name);
    server.child.kill('SIGKILL');
    await ended(server.child);
    t.equal(native().sdNotify('READY=1'), false, 'a manager that has gone');
  }
});
