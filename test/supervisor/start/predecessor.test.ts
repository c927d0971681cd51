import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { processIdentity } from '../../../src/state/sidecar/identity.ts';
import type { SidecarRecord } from '../../../src/state/sidecar/sidecar-record.ts';
import { endPredecessor, type Survivor } from '../../../src/supervisor/start/predecessor.ts';
import { freeze, whyNoFreezer } from '../../fixtures/freezer.ts';
import { lasting, until } from '../../fixtures/until.ts';

const STOP_MS = 300;

/** A process that says which signals it got and leaves at the one named; `null`: at none. */
async function leftover(t: Test, leavesAt: string | null): Promise<{ process: ChildProcess; signals: () => string }> {
  const program = `
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => {
      process.stdout.write(name + ' ');
      if (name === ${JSON.stringify(leavesAt)}) process.exit(0);
    });
    process.stdout.write('up ');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await once(child.stdout, 'data');
  return { process: child, signals: () => said.replace('up ', '').trim() };
}

/** What is left of the children of `value`, and what was said meanwhile. */
async function end(value: SidecarRecord, stopTimeoutMs = STOP_MS): Promise<{ survivors: Survivor[]; said: string[] }> {
  const said: string[] = [];
  const survivors = await endPredecessor({ kind: 'valid', value }, stopTimeoutMs, (note) => void said.push(note));
  return { survivors, said };
}

function sidecarOf(kind: string, { gateway, miner }: { gateway?: ChildProcess; miner?: ChildProcess }): SidecarRecord {
  const child = (process: ChildProcess | undefined) => ({
    pid: process?.pid ?? null,
    identity: process?.pid === undefined ? null : processIdentity(process.pid),
  });
  return {
    state: 'running',
    supervisor: { pid: 1, identity: 'gone' },
    gatewayKind: kind,
    children: { gateway: child(gateway), miner: child(miner) },
  } as unknown as SidecarRecord;
}

t.test("a leftover of the Pearl node's gateway gets time, then SIGINT, its clean stop, and nothing else", async (t) => {
  const { process: gateway, signals } = await leftover(t, 'SIGINT');
  const closed = once(gateway, 'close');
  const stopMs = 2000;
  const began = performance.now();
  const { survivors } = await end(sidecarOf('external', { gateway }), stopMs);
  const tookMs = performance.now() - began;
  t.same(survivors, []);
  await closed;
  t.equal(signals(), 'SIGINT');
  t.ok(tookMs >= stopMs, 'it was left alone first: the SIGINT of its parent’s death must not be followed by another');
});

t.test('one that heeds no SIGINT gets SIGTERM, one that heeds nothing SIGKILL', async (t) => {
  const deaf = await leftover(t, null);
  const closed = once(deaf.process, 'close');
  const sidecar = sidecarOf('external', { gateway: deaf.process });
  // It may be killed before it had the time to say what it got.
  const sent = t.capture(process, 'kill', process.kill);
  t.same((await end(sidecar)).survivors, []);
  t.same((await closed)[1], 'SIGKILL');
  t.same(
    sent()
      .map(({ args: [pid, signal] }) => pid === deaf.process.pid && signal)
      .filter(Boolean),
    ['SIGINT', 'SIGTERM', 'SIGKILL'],
  );
});

t.test('our own gateway and miner get SIGTERM at once', async (t) => {
  const [gateway, miner] = [await leftover(t, 'SIGTERM'), await leftover(t, 'SIGTERM')];
  const closed = [once(gateway.process, 'close'), once(miner.process, 'close')];
  const sidecar = sidecarOf('pool', { gateway: gateway.process, miner: miner.process });
  t.same((await end(sidecar, 60_000)).survivors, []);
  await Promise.all(closed);
  t.equal(gateway.signals(), 'SIGTERM');
  t.equal(miner.signals(), 'SIGTERM');
});

t.test('a process that only has the pid is left alone', async (t) => {
  const { process: other, signals } = await leftover(t, 'SIGTERM');
  const value = sidecarOf('pool', { gateway: other });
  value.children.gateway.identity = 'another boot:1';
  const { said, survivors } = await end(value);
  t.same(survivors, []);
  t.match(said.join(), /belongs to another program/);
  t.equal(other.exitCode, null);
  t.equal(signals(), '');
});

t.test('one that needs seconds to die is waited for, and told before', { skip: whyNoFreezer() }, async (t) => {
  const { process: miner } = await leftover(t, null);
  const thaw = freeze(t, { pid: miner.pid ?? 0 });
  const said: string[] = [];
  const say = (note: string) => void said.push(note);
  const ending = endPredecessor({ kind: 'valid', value: sidecarOf('pool', { miner }) }, STOP_MS, say);
  await until('SIGKILL', () => /^ShdPnd:.*[13579bdf]..$/m.test(readFileSync(`/proc/${miner.pid}/status`, 'latin1')));
  t.match(said, ['the supervisor 1 left a sidecar behind', /^the old miner \(pid \d+\) still runs and is ended$/]);
  await lasting(2500);
  thaw();
  t.same(await ending, []);
});
