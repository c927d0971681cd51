// Rows about what is at the other end of a wire: ports that are taken, gateways and pools that are mute, talk nonsense, are
// slow, lie, or are gone.
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { walletFromProgram } from '../../src/config/wallet.ts';
import { HARD_NBITS, ScriptedGateway, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { TestPool } from '../pool/test-pool.ts';
import { testJob } from '../pool/upstream.ts';
import type { Row, Seen } from './row.ts';
import { type FaultStage, kill, waitFor } from './stage.ts';

const TAKEN: Row[] = (['port', 'metrics_port'] as const).map((key) => ({
  fault: `[gateway] ${key} taken by another program`,
  moment: 'start',
  expected: 'exit 75',
  quick: key === 'port',
  play: async (stage) => {
    const { port } = await listen(stage, () => undefined);
    stage.configure({ gateway: { [key]: port } });
    stage.start();
    return { state: await stage.exit(), recoveryMs: null };
  },
}));

const TAKEN_LATER: Row = {
  fault: 'gateway: SIGKILL, and another program takes its port for 3 s',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    const probe = await listen(stage, () => undefined);
    await close(probe.server);
    stage.configure({ gateway: { port: probe.port } });
    stage.start();
    await stage.running();
    const pid = stage.pidOf('gateway');
    kill(pid, 'SIGKILL');
    const thief = await steal(stage, probe.port);
    await sleep(3000);
    await close(thief);
    const struckMs = performance.now();
    await stage.runningWithout('gateway', pid);
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

/** A gateway that somebody else runs, and how it may behave before or after it was good. */
const ATTACHED: Row[] = [
  attached('mute', 'ready', 'degraded, then running', (gateway) => {
    gateway.onAsk = () => new Promise(() => undefined);
  }),
  attached('says -32700 to everything', 'ready', 'degraded, then running', (gateway) => {
    gateway.onAsk = () => ({ ok: false, failure: { code: -32700, message: 'Parse error' } });
  }),
  attached('hands out a job without a header', 'ready', 'degraded, then running', (gateway) => {
    gateway.onAsk = () => ({ ok: true, result: { target: 1, cert_version: 3 } });
  }),
  attached('hands out a job of certificate version 99', 'ready', 'degraded, then running', (gateway) => {
    gateway.job = wireJob(9, { cert_version: 99 }, HARD_NBITS);
  }),
  attached('hands out a target of 0', 'ready', 'degraded, then running', (gateway) => {
    gateway.job = wireJob(9, { target: 0 }, HARD_NBITS);
  }),
  attached('says mining_paused', 'ready', 'paused, then running', (gateway) => {
    gateway.job = null;
  }),
  attached('gone', 'ready', 'degraded, then running', (gateway) => gateway.close()),
];

function attached(
  how: string,
  moment: string,
  expected: string,
  harm: (gateway: ScriptedGateway) => void | Promise<void>,
): Row {
  return {
    fault: `attached gateway ${how}`,
    moment,
    expected,
    play: async (stage) => {
      const gateway = await attach(stage);
      stage.start();
      await stage.running();
      const good = gateway.job;
      await harm(gateway);
      const { state } = await stage.until('the trouble', (s) => s.state !== 'running');
      gateway.onAsk = null;
      gateway.job = good;
      if (how === 'gone') await gateway.open();
      const struckMs = performance.now();
      await stage.running();
      return { state: `${state}, then running`, recoveryMs: performance.now() - struckMs };
    },
  };
}

const ATTACHED_SLOW: Row = {
  fault: 'attached gateway takes 2 s for each answer',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    const gateway = await attach(stage);
    stage.start();
    await stage.running();
    const { job } = gateway;
    gateway.onAsk = async () => {
      await sleep(2000);
      return { ok: true, result: job };
    };
    const seen = new Set<string>();
    const until = performance.now() + 12_000;
    while (performance.now() < until) {
      seen.add(stage.sidecar()?.state ?? 'none');
      await sleep(50);
    }
    return { state: [...seen].join(', '), recoveryMs: null };
  },
};

const JOB_FLOOD: Row = {
  fault: 'attached gateway changes its job a thousand times in 10 s',
  moment: 'ready',
  expected: 'running, nothing restarted',
  play: async (stage) => {
    const gateway = await attach(stage);
    stage.configure({ miner: { poll_interval: '10ms' } });
    stage.start();
    await stage.running();
    for (let round = 0; round < 1000; round++) {
      const job = wireJob(round % 251, { target: 1n << 190n }, HARD_NBITS);
      gateway.job = job;
      await sleep(10);
    }
    const { state, children } = await stage.running();
    const restarts = children.gateway.restarts + children.miner.restarts;
    return { state: `${state}, ${restarts === 0 ? 'nothing' : restarts} restarted`, recoveryMs: null };
  },
};

/** Something else answers at the gateway's address from the beginning. */
const STRANGERS: Row[] = [
  stranger('an HTTP server', 'exit 69', (socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  }),
  stranger('a fountain of bytes', 'exit 69', (socket) => {
    const timer = setInterval(() => socket.write(Buffer.alloc(65_536, 'x')), 5);
    socket.on('close', () => clearInterval(timer));
  }),
  stranger('something that never answers', 'starting', () => undefined),
];

function stranger(what: string, expected: string, behave: (socket: Socket) => void): Row {
  return {
    fault: `at the gateway's address is ${what}`,
    moment: 'start',
    expected,
    play: async (stage) => {
      const { port } = await listen(stage, behave);
      attachTo(stage, port);
      stage.start();
      if (expected.startsWith('exit')) return { state: await stage.exit(), recoveryMs: null };
      await sleep(8000);
      return { state: stage.sidecar()?.state ?? 'no sidecar', recoveryMs: null };
    },
  };
}

const POOL: Row[] = [
  {
    fault: 'pool not there, then there',
    moment: 'start',
    expected: 'paused, then running',
    play: async (stage) => {
      const pool = await startPool(stage);
      const { port } = pool;
      await pool.stop();
      stage.start();
      const { state } = await stage.until('a word on the pool', (s) => s.state === 'paused');
      await pool.listen(port);
      return backTo(stage, state);
    },
  },
  {
    fault: 'pool gone for 5 s',
    moment: 'ready',
    expected: 'paused, then running',
    play: async (stage) => {
      const pool = await startPool(stage);
      const { port } = pool;
      stage.start();
      await stage.running();
      await pool.stop();
      const { state } = await stage.until('a word on the pool', (s) => s.state !== 'running');
      await sleep(5000);
      await pool.listen(port);
      return backTo(stage, state);
    },
  },
  {
    fault: 'pool hangs up at every login, 20 s long',
    moment: 'ready',
    expected: 'paused, then running',
    play: async (stage) => {
      const pool = await startPool(stage);
      stage.start();
      await stage.running();
      pool.options = { onLogin: (client) => client.socket.destroy() };
      pool.hangUp();
      const { state } = await stage.until('a word on the pool', (s) => s.state !== 'running');
      await sleep(20_000);
      pool.options = {};
      return backTo(stage, state);
    },
  },
  {
    fault: 'pool talks nonsense',
    moment: 'ready',
    expected: 'paused, then running',
    play: async (stage) => {
      const pool = await startPool(stage);
      stage.start();
      await stage.running();
      pool.options = { onConnect: (client) => client.raw('}}} \u0000 not a pool\n'.repeat(1000)) };
      pool.hangUp();
      const { state } = await stage.until('a word on the pool', (s) => s.state !== 'running');
      await sleep(3000);
      pool.options = {};
      return backTo(stage, state);
    },
  },
  {
    fault: 'DNS: the pool has a name that does not resolve, until a reload',
    moment: 'start',
    expected: 'paused, then running',
    play: async (stage) => {
      const pool = await startPool(stage);
      stage.configure({ pool: { 'url[]': `stratum+tcp://pool.invalid:${pool.port}` } });
      stage.start();
      const { state } = await stage.until('a word on the pool', (s) => s.state === 'paused');
      stage.configure({ pool: { 'url[]': pool.url() } });
      stage.supervisor?.kill('SIGHUP');
      return backTo(stage, state);
    },
  },
];

async function backTo(stage: FaultStage, before: string): Promise<Seen> {
  const struckMs = performance.now();
  await stage.running();
  return { state: `${before}, then running`, recoveryMs: performance.now() - struckMs };
}

async function attach(stage: FaultStage): Promise<ScriptedGateway> {
  const gateway = new ScriptedGateway();
  gateway.job = wireJob(1, { target: 1n << 190n }, HARD_NBITS);
  await gateway.open();
  stage.afterwards(() => gateway.close());
  attachTo(stage, gateway.endpoint.port);
  return gateway;
}

function attachTo(stage: FaultStage, port: number): void {
  stage.configure({
    '': { network: 'mainnet' },
    miner: { wallet: MAINNET_WALLET },
    gateway: { kind: 'attached', port },
  });
}

const MAINNET_WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');

async function startPool(stage: FaultStage): Promise<TestPool> {
  const pool = await TestPool.start();
  pool.job = testJob('1');
  // Some plays have stopped it themselves.
  stage.afterwards(() => pool.stop().catch(() => undefined));
  stage.configure({
    '': { network: 'mainnet' },
    miner: { wallet: MAINNET_WALLET },
    gateway: { kind: 'pool' },
    pool: { 'url[]': pool.url() },
  });
  return pool;
}

async function listen(
  stage: FaultStage,
  onSocket: (socket: Socket) => void,
): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage.afterwards(async () => {
    for (const socket of sockets) socket.destroy();
    await close(server);
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Takes the port in the moment in which nobody has it. */
async function steal(stage: FaultStage, port: number): Promise<Server> {
  let thief: Server | null = null;
  const tryOnce = () => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => setTimeout(tryOnce, 5));
    server.listen(port, '127.0.0.1', () => {
      thief = server;
    });
  };
  tryOnce();
  await waitFor('the port to be free', () => thief !== null);
  if (thief === null) throw new Error('the port was not free');
  stage.afterwards(() => void (thief as Server).close());
  return thief;
}

export const NETWORK_ROWS: readonly Row[] = [
  ...TAKEN,
  TAKEN_LATER,
  ...ATTACHED,
  ATTACHED_SLOW,
  JOB_FLOOD,
  ...STRANGERS,
  ...POOL,
];
