// Whose record a mirror may replace: none, a torn one and a dead miner's; never that of a miner which may live.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MirrorFile } from '../../../src/state/sidecar/mirror-file.ts';
import { SIDECAR } from '../status/facts.ts';

const record = (gateway: number | null, miner: number | null) =>
  JSON.stringify({
    provider: 'cpu-pearl',
    started_at: 1_800_000_000,
    wallet_address: 'x',
    gateway_url: 'http://127.0.0.1:8337',
    metrics_url: '',
    gateway_pid: gateway,
    miner_loop_pid: miner,
  });

function livingProcess(t: import('tap').Test): number {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  return child.pid ?? 0;
}

async function deadProcess(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await new Promise((resolve) => child.once('exit', resolve));
  return child.pid ?? 0;
}

t.test("another living miner's record stays until that miner has ended", async (t) => {
  const path = join(t.testdir(), 'mining.json');
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  const theirs = record(await deadProcess(), child.pid ?? 0);
  writeFileSync(path, theirs);
  const mirror = new MirrorFile(path);
  t.match(mirror.write(SIDECAR), new RegExp(`another miner, cpu-pearl \\(process ${child.pid}\\)`));
  t.equal(readFileSync(path, 'utf8'), theirs);
  t.notOk(mirror.isGone(), 'one that was never written is not missed');
  mirror.remove();
  t.ok(existsSync(path), 'and it is not removed either');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  t.equal(mirror.write(SIDECAR), null);
  t.match(JSON.parse(readFileSync(path, 'utf8')), { gateway_pid: 101 });
});

t.test('one that takes the place of ours is judged in the same way', async (t) => {
  const path = join(t.testdir(), 'mining.json');
  const mirror = new MirrorFile(path);
  t.equal(mirror.write(SIDECAR), null);
  t.equal(mirror.write(SIDECAR), null, 'our own is replaced');
  rmSync(path);
  t.ok(mirror.isGone());
  const theirs = record(livingProcess(t), null);
  writeFileSync(path, theirs);
  t.type(mirror.write(SIDECAR), 'string');
  mirror.remove();
  t.equal(readFileSync(path, 'utf8'), theirs);
});

t.test('what is there decides', async (t) => {
  const path = join(t.testdir(), 'mining.json');
  const dead = await deadProcess();
  const living = livingProcess(t);
  const free = ['', '\0\0\0', '{"provider":"cpu-', record(null, null), record(dead, dead), record(dead, null)];
  const kept = [
    [record(dead, living), /another miner, cpu-pearl/],
    ['{"provider":"vllm-pearl","container_id":"4711","vllm_endpoint":"http://x"}', /another miner, vllm-pearl$/],
    ['PATH=/usr/bin\n', /not the record of a miner/],
    ['[1,2]', /not the record of a miner/],
    ['{"name":"pearlctl","scripts":{}}', /not the record of a miner/],
  ] as const;
  for (const text of free) {
    writeFileSync(path, text);
    t.equal(new MirrorFile(path).write(SIDECAR), null, text);
  }
  for (const [text, why] of kept) {
    writeFileSync(path, text);
    t.match(new MirrorFile(path).write(SIDECAR), why, text);
    t.equal(readFileSync(path, 'utf8'), text);
  }
  writeFileSync(path, record(living, living));
  const { children } = SIDECAR;
  const same = { gateway: { ...children.gateway, pid: living }, miner: { ...children.miner, pid: living } };
  t.equal(new MirrorFile(path).write({ ...SIDECAR, children: same }), null, 'our own children are no others');
});

t.test(
  'a number that went to another process since the record was written is no miner',
  {
    skip: process.platform !== 'linux' && 'read from /proc',
  },
  async (t) => {
    const path = join(t.testdir(), 'mining.json');
    writeFileSync(path, record(livingProcess(t), null));
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(path, hourAgo, hourAgo);
    t.equal(new MirrorFile(path).write(SIDECAR), null);
  },
);
