// The external gateway as a real process: `pearlctl gateway` becomes the stand-in, `pearlctl supervise` mines against it.
// `real.test.ts` does the latter with the real one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { notedProofs } from '../../../src/gateway/ledger/pending.ts';
import { shortWallet, walletFromProgram } from '../../../src/protocol/wallet.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { CLI, runCli } from '../../cli/run-cli.ts';
import { freePort } from '../../fixtures/free-port.ts';
import { until } from '../../fixtures/until.ts';
import { homeOf } from '../../provider/home.ts';
import { removeControlFolder } from '../../supervisor/killed.ts';
import { NODE_PASSWORD, TestNode } from './test-node.ts';

const STAND_IN = fileURLToPath(new URL('../../fixtures/external/reference-gateway.mjs', import.meta.url));
const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'regtest');

interface Setup {
  readonly home: string;
  readonly node: TestNode;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
}

async function setUp(
  t: Test,
  options: {
    args?: string[];
    program?: string;
    lines?: string;
    kind?: 'external' | 'attached';
    sections?: string;
  } = {},
): Promise<Setup> {
  const node = await TestNode.start();
  const [port, metricsPort] = [await freePort(), await freePort()];
  const home = t.testdir();
  const kind = options.kind ?? 'external';
  const program = options.program === undefined ? [process.execPath, STAND_IN] : [options.program];
  const words = kind === 'external' ? [...program, ...(options.args ?? [])] : [];
  const command = words.map((word) => `command[] = ${word}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `network = regtest\n[miner]\nwallet = ${WALLET}\nthreads = 1\npoll_interval = 100ms\n[shape]\npreset = test\n` +
      `[gateway]\nkind = ${kind}\nport = ${port}\nmetrics_port = ${metricsPort}\n${command.join('\n')}\n${options.lines ?? ''}\n` +
      `[pearld]\nrpc_url = ${node.url}\nrpc_user = rpcuser\nrpc_password_env = NODE_SECRET\n${options.sections ?? ''}`,
    { mode: 0o600 },
  );
  t.teardown(() => node.stop());
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, NODE_SECRET: NODE_PASSWORD };
  return { home, node, port, env };
}

function start(t: Test, verb: string, { env, home }: Setup) {
  const child = execa(process.execPath, [CLI, verb], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await child;
    removeControlFolder(home);
  });
  return child;
}

/** One question over a new connection; null where no answer comes within `ms`. */
function ask(where: number | string, ms = 500): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(typeof where === 'number' ? { host: '127.0.0.1', port: where } : { path: where }, () => {
      socket.write('{"jsonrpc": "2.0", "method": "getMiningInfo", "id": 1, "params": {}}\n');
    });
    const settle = (text: string | null) => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(ms, () => settle(null));
    socket.once('data', (data) => settle(String(data)));
    socket.once('error', () => settle(null));
    // A gateway that is killed between question and answer just closes.
    socket.once('close', () => settle(null));
  });
}

t.test('becomes the gateway, told everything by its environment and nothing by its arguments', async (t) => {
  const at = await setUp(t);
  const child = start(t, 'gateway', at);
  await until('a job', async () => (await ask(at.port))?.includes('"cert_version": 3'));
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8').split('\0');
  if (process.platform === 'linux') {
    t.ok(proc('cmdline').includes(STAND_IN), 'it is the same process');
    t.notOk(proc('cmdline').some((word) => word.includes(NODE_PASSWORD)));
    const environment = new Map(proc('environ').map((pair) => pair.split('=', 2) as [string, string]));
    t.equal(environment.get('PEARLD_RPC_PASSWORD'), NODE_PASSWORD);
    t.equal(environment.get('PEARLD_MINING_ADDRESS'), WALLET);
    t.match(environment.get('RAYON_NUM_THREADS'), /^[1-9]/);
    t.equal(environment.get('MINER_RPC_TRANSPORT'), 'tcp');
    t.equal(environment.get('GATEWAY_PROOF_MAX_PENDING'), '64');
    t.notOk(environment.has('NODE_SECRET'), 'the password is there once, under the name that the gateway reads');
    t.notOk([...environment.keys()].some((name) => name.startsWith('PEARLCTL_')));
  }
  child.kill('SIGINT');
  t.equal((await child).exitCode, 130, 'its own clean end');
});

t.test('listens on a Unix socket, which a second one must not take over in silence', async (t) => {
  const folder = homeOf(t, async () => {});
  const socket = join(folder, 'gateway.sock');
  const at = await setUp(t, { lines: `socket = ${socket}` });
  const child = start(t, 'gateway', at);
  await until('a job', async () => (await ask(socket))?.includes('"cert_version": 3'));
  const second = await execa(process.execPath, [CLI, 'gateway'], { env: at.env, extendEnv: false, reject: false });
  t.equal(second.exitCode, 75);
  t.match(await until('an answer of the first one', () => ask(socket)), /"cert_version": 3/);
  child.kill('SIGINT');
  await child;
});

t.test('what it would only say in a traceback is said before it starts', async (t) => {
  const at = await setUp(t);
  const missing = await execa(process.execPath, [CLI, 'gateway'], {
    env: { ...at.env, NODE_SECRET: '' },
    extendEnv: false,
    reject: false,
  });
  t.equal(missing.exitCode, 78);
  t.match(missing.stderr, /password/);
  const first = start(t, 'gateway', at);
  await until('an answer', () => ask(at.port));
  const second = await execa(process.execPath, [CLI, 'gateway'], { env: at.env, extendEnv: false, reject: false });
  t.equal(second.exitCode, 75);
  t.match(second.stderr, new RegExp(String(at.port)));
  first.kill('SIGINT');
  await first;
});

t.test(
  'supervised: blocks are mined, accepted by the node and booked, while each proof freezes the gateway',
  async (t) => {
    const at = await setUp(t, { args: ['--slow-start', '1500', '--prove', '400'] });
    const child = start(t, 'supervise', at);
    await until('three blocks', async () => at.node.tip.height >= 3);
    const stats = await until('three verdicts', async () => {
      const value = JSON.parse(readFileSync(join(at.home, 'run', 'stats.json'), 'utf8'));
      return value.shares.accepted >= 3 && value;
    });
    t.ok(stats.blocks.accepted >= 3);
    at.node.certVersion = 4;
    // Until its gateway has fetched the new rules too, the miner may get one more job of the old.
    await until('a job of the new rules', () => {
      const { miner } = JSON.parse(readFileSync(join(at.home, 'run', 'stats.json'), 'utf8'));
      return miner.activity === 'outdated-rules';
    });
    const sidecar = await until('the end of int8', () => {
      const value = readSidecar(at);
      return value.state === 'outdated-rules' && value;
    });
    t.match(sidecar, {
      state_reason: /version 4: FP8/,
      children: { gateway: { restarts: 0 }, miner: { restarts: 0 } },
    });
    const status = await execa(process.execPath, [CLI, 'status'], { env: at.env, extendEnv: false, reject: false });
    t.equal(status.exitCode, 0, 'it is alive, and no failure');
    t.match(status.stdout, /outdated rules[\s\S]*FP8[\s\S]*Install a newer pearlctl/);
    const { tip } = at.node;
    at.node.certVersion = 3;
    await until('mining again', () => at.node.tip.height > tip.height);
    child.kill('SIGTERM');
    const { exitCode, all } = await child;
    t.equal(exitCode, 0);
    const entries = [];
    for await (const entry of readLedger(join(at.home, 'state', 'shares.jsonl'))) entries.push(entry);
    t.ok(entries.filter(({ result, block }) => result === 'accepted' && block).length >= 3);
    t.notOk(
      entries.some(({ result }) => result === 'rejected'),
      'no header is mined twice',
    );
    // The last one stays noted where the node was too slow for the last look.
    const owner = { network: 'regtest', wallet: shortWallet(WALLET) };
    const { inFlight } = await notedProofs(join(at.home, 'state', 'shares.jsonl'), owner);
    t.ok(at.node.tip.height <= entries.length + inFlight.size, 'every block is accounted for');
    const logs = `${all}${readFileSync(join(at.home, 'logs', 'pearlctl.log'), 'utf8')}`;
    t.match(logs, /the node at http[^ ]+ is well, at block 0/, 'the supervisor says how the node is');
    t.match(logs, /outdated rules, nothing is mined[\s\S]*rules of this version again/, 'and of the network’s rules');
    t.match(logs, /rpc_user/, 'the gateway’s own log is there');
    t.notOk(logs.includes(NODE_PASSWORD), 'and the password in it is not');
  },
);

t.test('supervised: a gateway that does not listen to SIGINT or SIGTERM is ended all the same', async (t) => {
  const at = await setUp(t, { args: ['--hang-on-term'], lines: 'stop_timeout = 300ms' });
  const child = start(t, 'supervise', at);
  await until('an answer', () => ask(at.port));
  const began = performance.now();
  child.kill('SIGTERM');
  t.equal((await child).exitCode, 0);
  t.ok(performance.now() - began < 15_000);
  t.equal(await ask(at.port), null, 'nothing is left');
});

t.test(
  'supervised: the gateway dies with its supervisor, whatever kills that',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const at = await setUp(t);
    const child = start(t, 'supervise', at);
    await until('an answer', () => ask(at.port));
    child.kill('SIGKILL');
    await child;
    await until('the end of the gateway', async () => (await ask(at.port, 200)) === null);
  },
);

t.test('supervised: a wrong password becomes a state that a person understands', async (t) => {
  const at = await setUp(t);
  at.node.password = 'another one';
  const child = start(t, 'supervise', at);
  const health = await until('the word', async () => {
    const stats = await until('stats', async () => {
      try {
        return JSON.parse(readFileSync(join(at.home, 'run', 'stats.json'), 'utf8'));
      } catch {
        return null;
      }
    });
    return stats.health.find(({ text }: { text: string }) => /refuses the RPC user or password/.test(text));
  });
  t.match(health, { id: 'upstream-refused' });
  child.kill('SIGTERM');
  await child;
});

t.test('supervised: one that fails in a traceback at each start is given up, with its last lines', async (t) => {
  const sections = '[supervisor]\nbackoff_initial = 100ms\nlimit = 2 in 1m\n';
  const at = await setUp(t, { args: ['--exit', '1'], sections });
  t.equal((await start(t, 'supervise', at)).exitCode, 69);
  const sidecar = JSON.parse(readFileSync(join(at.home, 'run', 'mining.json'), 'utf8'));
  t.equal(sidecar.state, 'failed');
  t.match(sidecar.children.gateway.last_exit, { code: 1 });
  t.match(sidecar.children.gateway.last_exit.lines.join(' '), /ValueError/);
});

function readSidecar({ home }: Setup) {
  return JSON.parse(readFileSync(join(home, 'run', 'mining.json'), 'utf8'));
}

/** A gateway that another program runs. */
function standIn(t: Test, { node, port }: Setup, ...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    PEARLD_RPC_URL: node.url,
    PEARLD_RPC_USER: 'rpcuser',
    PEARLD_RPC_PASSWORD: NODE_PASSWORD,
    PEARLD_MINING_ADDRESS: WALLET,
    MINER_RPC_TRANSPORT: 'tcp',
    MINER_RPC_PORT: String(port),
  };
  const foreign = execa(process.execPath, [STAND_IN, ...args], { env, extendEnv: false, reject: false });
  t.teardown(async () => {
    foreign.kill('SIGKILL');
    await foreign;
  });
  return foreign;
}

t.test('attached: a gateway that is not there yet is waited for, and what to do is said', async (t) => {
  const at = await setUp(t, { kind: 'attached' });
  const child = start(t, 'supervise', at);
  await until('the reason', () => /^Nothing listens at http:/.test(readSidecar(at).state_reason));
  const { stdout } = await execa(process.execPath, [CLI, 'status'], { env: at.env, extendEnv: false, reject: false });
  t.match(stdout, /Start that gateway, or correct/);
  const logs = await execa(process.execPath, [CLI, 'logs'], { env: at.env, extendEnv: false, reject: false });
  t.equal(logs.stdout.match(/Nothing listens at http:.*: start that gateway/g)?.length, 1, logs.stdout);
  // Without a template there is no work, and so no proof that a stop would wait for.
  at.node.readiness = 'no-peers';
  const foreign = standIn(t, at);
  await until('the gateway', () => readSidecar(at).children.gateway.state === 'ready');
  foreign.kill('SIGKILL');
  await until('its end', () => /^the gateway does not answer: /.test(readSidecar(at).state_reason));
  child.kill('SIGTERM');
  t.equal((await child).exitCode, 0);
});

t.test('supervised: a program that is not there is no failure to be tried again', async (t) => {
  const at = await setUp(t, { program: '/opt/none/pearl-gateway' });
  const { exitCode, all } = await start(t, 'supervise', at);
  t.equal(exitCode, 78);
  t.match(all, /The gateway's program, \/opt\/none\/pearl-gateway, is not there/);
  t.match(all, /config set gateway.command/);
  const sidecar = JSON.parse(readFileSync(join(at.home, 'run', 'mining.json'), 'utf8'));
  t.match(sidecar, { state: 'failed', children: { gateway: { restarts: 0 } } });
});

t.test('attached: a gateway that proves is busy, not gone, and its block is booked by asking the node', async (t) => {
  const at = await setUp(t, { kind: 'attached' });
  // Longer than two probes of an attached gateway and their time-out.
  const foreign = standIn(t, at, '--prove', '12000');
  const child = start(t, 'supervise', at);
  await until('a block', async () => at.node.tip.height >= 1);
  await until('its verdict', async () => {
    const stats = JSON.parse(readFileSync(join(at.home, 'run', 'stats.json'), 'utf8'));
    return stats.blocks.accepted >= 1;
  });
  const sidecar = JSON.parse(readFileSync(join(at.home, 'run', 'mining.json'), 'utf8'));
  t.match(sidecar, {
    state: /^(running|waiting)$/,
    gateway_pid: null,
    children: { gateway: { restarts: 0 }, miner: { restarts: 0 } },
  });
  // The figures may still tell of the first one, at the end of its 12 s.
  await until('its next certificate', () => {
    return /certificate of a block, for \d s/.test(
      JSON.parse(readFileSync(join(at.home, 'run', 'stats.json'), 'utf8')).gateway.reason,
    );
  });
  child.kill('SIGTERM');
  await until('the wait for its next block', () => {
    return JSON.parse(readFileSync(join(at.home, 'run', 'mining.json'), 'utf8')).children.gateway.state === 'finishing';
  });
  await runCli(['stop', '--now'], { home: at.home });
  t.equal((await child).exitCode, 0);
  t.equal(foreign.exitCode, null, 'what another program started goes on');
});
