// Rows about a gateway that somebody else runs: mute, talking nonsense, slow, lying about the job, gone, or no gateway at all.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HARD_NBITS, type ScriptedGateway, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { attach, attachTo, listen } from './peers.ts';
import type { Row } from './row.ts';

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

export const GATEWAY_ROWS: readonly Row[] = [...ATTACHED, ATTACHED_SLOW, JOB_FLOOD, ...STRANGERS];
