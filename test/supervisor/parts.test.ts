import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { type GatewayHeartbeat, type MinerHeartbeat, parseChildMessage } from '../../src/protocol/channel/messages.ts';
import { readPaused, writePaused } from '../../src/state/paused.ts';
import { childEnvironment } from '../../src/supervisor/children/child-environment.ts';
import { ChildProcess } from '../../src/supervisor/children/child-process.ts';
import { declareChildren } from '../../src/supervisor/children/declarations.ts';
import { probeGateway } from '../../src/supervisor/children/gateway-probe.ts';
import {
  afterHeartbeat,
  FIRST_WORD_MS,
  newChildPulse,
  SILENCE_MS,
  STANDSTILL_MS,
  stuckReason,
} from '../../src/supervisor/children/liveness.ts';
import type { ChildExit } from '../../src/supervisor/children/restart-policy.ts';
import { RateMeter } from '../../src/supervisor/figures/measured-rates.ts';
import { countVerdict, EMPTY_TALLY } from '../../src/supervisor/figures/tally.ts';
import { WALLET } from './stage.ts';

function config(extra = '', gateway = 'kind = devnet') {
  return parseConfig(`network = devnet\n[miner]\nwallet = ${WALLET}\n[gateway]\n${gateway}\n${extra}`, 'test');
}

/** As a child's message is read, so that what is added to it later is zero here. */
const MINING = minerHeartbeat({
  type: 'miner',
  ready: true,
  activity: 'mining',
  reason: null,
  macs: '1000',
  attempts: 0,
  found: 0,
  spoiled: 0,
  sent: 0,
  dropped: 0,
  kernel: 'scalar',
  threads: 1,
  rejectedKernels: [],
  job: null,
});

function minerHeartbeat(fields: object): MinerHeartbeat {
  const message = parseChildMessage(fields);
  if (message?.type !== 'miner') throw new Error('This is no heartbeat of a miner.');
  return message;
}

t.test('silence and standing still each have their deadline; being idle on purpose is neither', async (t) => {
  const start = newChildPulse(0);
  t.equal(stuckReason('miner', start, FIRST_WORD_MS), null, 'starting takes its time');
  t.match(stuckReason('miner', start, FIRST_WORD_MS + 1), /silent for 60 s/);
  const spoken = afterHeartbeat(start, MINING, 0);
  t.equal(stuckReason('miner', spoken, SILENCE_MS), null);
  t.match(stuckReason('miner', spoken, SILENCE_MS + 1), /silent for 15 s/);
  let pulse = start;
  for (let at = 0; at <= STANDSTILL_MS + 2000; at += 1000) pulse = afterHeartbeat(pulse, MINING, at);
  t.match(stuckReason('miner', pulse, STANDSTILL_MS + 2000), /no progress for 18\d s/);
  for (const activity of ['paused', 'no-job', 'connecting', 'unusable-job', 'outdated-rules', 'no-memory'] as const) {
    const idle = afterHeartbeat(pulse, { ...MINING, activity }, STANDSTILL_MS + 3000);
    t.equal(stuckReason('miner', idle, STANDSTILL_MS + 3000), null, activity);
  }
  const moving = afterHeartbeat(pulse, { ...MINING, macs: '1001' }, STANDSTILL_MS + 3000);
  t.equal(stuckReason('miner', moving, STANDSTILL_MS + 3000), null);
  const gateway: GatewayHeartbeat = {
    type: 'gateway',
    ready: true,
    url: null,
    upstream: { phase: 'backing-off', url: null, reason: null },
    job: null,
    connections: 0,
  };
  t.equal(stuckReason('gateway', afterHeartbeat(pulse, gateway, 999_999), 999_999), null);
});

t.test('rates are measured over their window, and the total goes on over a restart', async (t) => {
  const meter = new RateMeter();
  t.equal(meter.macsPerSecond(10_000, 5), 0);
  for (let second = 0; second <= 120; second++) meter.observe(BigInt(second) * 1000n, second * 1000);
  t.equal(meter.macsPerSecond(10_000, 120_000), 1000);
  t.equal(meter.macsPerSecond(60_000, 120_000), 1000);
  meter.startOver();
  for (let second = 121; second <= 130; second++) meter.observe(BigInt(second - 120) * 3000n, second * 1000);
  t.equal(meter.total, 150_000n);
  t.equal(meter.macsPerSecond(10_000, 130_000), 3000);
  t.equal(Math.round(meter.macsPerSecond(60_000, 130_000)), Math.round((50 * 1000 + 10 * 3000) / 60));
  t.equal(meter.macsPerSecond(10_000, 140_000), 0, 'standing still shows');
  for (let second = 131; second <= 5000; second++) meter.observe(BigInt(second) * 3000n, second * 1000);
  t.equal(meter.macsPerSecond(900_000, 5_000_000), 3000, 'and the window is bounded');
});

t.test('a dropped proof was never submitted, and only an accepted one makes a block', async (t) => {
  const at = '2026-01-02T03:04:05.000Z';
  const results = ['accepted', 'rejected', 'stale', 'dropped', 'unknown'] as const;
  const tally = results.reduce((sum, result) => countVerdict(sum, { result, block: true }, at), EMPTY_TALLY);
  t.match(tally, {
    shares: { submitted: 4, accepted: 1, rejected: 1, stale: 1, dropped: 1, unknown: 1, lastAt: at },
    blocks: { accepted: 1 },
  });
});

t.test('a child gets what it needs of the environment, and no secret of another', async (t) => {
  const env = {
    PATH: '/bin',
    HOME: '/home/me',
    PEARLCTL_HOME: '/home/me/p',
    NOTIFY_SOCKET: '/run/notify',
    WATCHDOG_USEC: '1',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: '/evil.so',
    AWS_SECRET_ACCESS_KEY: 'x',
    MY_RPC_PASSWORD: 'hunter2',
  };
  const miner = childEnvironment(env, {});
  t.same(miner, { PATH: '/bin', HOME: '/home/me', PEARLCTL_HOME: '/home/me/p' });
  t.equal(childEnvironment(env, { extra: ['MY_RPC_PASSWORD'] }).MY_RPC_PASSWORD, 'hunter2');
  const ours = { ...env, PEARLCTL_POOL_PASSWORD: 'hunter2' };
  t.same(childEnvironment(ours, { withheld: ['PEARLCTL_POOL_PASSWORD'] }), miner, 'also under a name like our own');
});

t.test('each kind of gateway has its declaration; secrets are in no argument', async (t) => {
  const paths = resolvePaths({ scope: 'user', instance: 'two', env: { PEARLCTL_HOME: '/home/me/p' } });
  const options = { program: ['/usr/bin/node', '/lib/cli.js'] as [string, string], env: { SECRET: 'hunter2' } };
  const { gateway, miner } = declareChildren(config('', 'kind = devnet\nstop_timeout = 3s'), paths, options);
  t.same(
    gateway.rules.stopSteps.map(({ signal, waitMs }) => [signal, waitMs]),
    [
      ['SIGTERM', 3000],
      ['SIGKILL', 30_000],
    ],
  );
  t.same(miner.rules.stopSteps[0], { signal: 'SIGTERM', waitMs: 2000 });
  const launch = miner.launch?.({ gatewayUrl: 'unix:/run/g.sock' });
  t.equal(launch?.command, '/usr/bin/node');
  t.same(launch?.args.slice(0, 3), ['--max-old-space-size=192', '/lib/cli.js', 'mine']);
  t.match(launch?.args.join(' '), /--scope user --instance two --config \S+ --gateway unix:\/run\/g\.sock$/);
  const attached = parseConfig(`network = simnet\n[gateway]\nkind = attached\n[shape]\npreset = test`, 'test');
  const foreign = declareChildren(attached, paths, options).gateway;
  t.equal(foreign.launch, null, 'what another program runs is never started');
  t.equal(foreign.rules.policy.restart, 'always');
  t.equal(foreign.rules.startTimeoutMs, null);
});

t.test('a pause is kept until it is taken back, and a damaged file counts as one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-paused-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'paused.json');
  t.equal(readPaused(file), null);
  const wish = { reason: 'user', untilMs: null };
  writePaused(file, wish);
  t.match(readPaused(file), { ...wish, sinceMs: Number });
  const timed = { reason: 'backup', untilMs: Date.UTC(2026, 0, 2), sinceMs: Date.UTC(2026, 0, 1) };
  writePaused(file, timed);
  t.same(readPaused(file), timed);
  writePaused(file, null);
  t.equal(readPaused(file), null);
  writePaused(file, null);
  writeFileSync(file, '{"rea');
  t.same(readPaused(file), wish);
});

async function listen(
  t: import('tap').Test,
  answer: string | null,
): Promise<{ kind: 'tcp'; host: string; port: number }> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (answer !== null) socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return { kind: 'tcp', host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

t.test('a gateway is known by its answer', async (t) => {
  const say = (body: object) => `${JSON.stringify({ jsonrpc: '2.0', id: 1, ...body })}\n`;
  const job = { incomplete_header_bytes: Buffer.alloc(76).toString('base64'), target: 1, cert_version: 3 };
  t.match(await probeGateway(await listen(t, say({ result: job })), 5000), { kind: 'serving', paused: null });
  const paused = say({ error: { code: -32001, message: 'mining_paused: no template' } });
  t.match(await probeGateway(await listen(t, paused), 5000), { kind: 'serving', paused: 'no template' });
  t.equal((await probeGateway(await listen(t, 'SSH-2.0-OpenSSH_9\n'), 5000)).kind, 'nonsense');
  t.equal((await probeGateway(await listen(t, say({ result: 'hello' })), 5000)).kind, 'nonsense');
  const unknown = say({ error: { code: -32601, message: 'unknown' } });
  t.equal((await probeGateway(await listen(t, unknown), 5000)).kind, 'nonsense');
  t.equal((await probeGateway(await listen(t, null), 200)).kind, 'silent', 'silence is not nonsense');
  t.equal((await probeGateway({ kind: 'unix', path: '/nowhere/at/all.sock' }, 1000)).kind, 'unreachable');
});

/** Starts a process and collects what is heard of it until its end. */
function launch(
  command: string,
  args: string[],
): Promise<{ exits: ChildExit[]; lines: string[]; messages: unknown[] }> {
  const heard = { exits: [] as ChildExit[], lines: [] as string[], messages: [] as unknown[] };
  return new Promise((resolve) => {
    const child = new ChildProcess(
      { command, args, env: { ONLY: 'this' } },
      {
        onMessage: (message) => heard.messages.push(message),
        onLine: (line) => heard.lines.push(line),
        onLeft: () => undefined,
        onExit: (exit) => {
          heard.exits.push(exit);
          // A second end, if there were one, would come within this.
          setTimeout(() => resolve(heard), 500);
        },
      },
    );
    child.send({ type: 'resume' });
  });
}

t.test('a program that is not there ends once, with its reason', async (t) => {
  const { exits } = await launch('/nowhere/to/be/found', []);
  t.match(exits, [{ code: null, signal: null, message: 'ENOENT' }]);
  t.equal(exits.length, 1);
});

t.test('a child is heard to its last word, and has no more environment than it was given', async (t) => {
  const script = `
    process.on('message', (message) => {
      const { ONLY, HOME, PATH } = process.env;
      process.send({ got: message, env: { ONLY, HOME, PATH } });
      process.stdout.write('last words', () => process.exit(3));
    });`;
  const { exits, lines, messages } = await launch(process.execPath, ['-e', script]);
  t.match(exits, [{ code: 3, signal: null }]);
  t.same(lines, ['last words']);
  t.same(messages, [{ got: { type: 'resume' }, env: { ONLY: 'this' } }]);
});

t.test('a grandchild that holds the pipes open does not hide the end of the child', async (t) => {
  const script = `
    const { spawn } = require('node:child_process');
    const grandchild = spawn('sleep', ['30'], { stdio: ['ignore', 'inherit', 'inherit'] });
    process.stdout.write(String(grandchild.pid) + '\\n', () => process.exit(0));`;
  const began = performance.now();
  const { exits, lines } = await launch(process.execPath, ['-e', script]);
  process.kill(Number(lines[0]), 'SIGKILL');
  t.match(exits, [{ code: 0 }]);
  t.ok(performance.now() - began < 25_000);
});
