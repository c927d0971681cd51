// Rows about a gateway that another program runs: mute, talking nonsense, slow, lying about the job, gone, or no gateway at all.
import type { Socket } from 'node:net';
import { HARD_NBITS, type ScriptedGateway, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { lasting, until } from '../fixtures/until.ts';
import { toldOf, undisturbed } from './outcome.ts';
import { attach, attachTo, listen, SHARE_TARGET } from './peers.ts';
import { PASS, relayTo, type Treatment } from './relay.ts';
import type { Row } from './row.ts';
import { processSample } from './soak-sample.ts';

/** A gateway that another program runs, and how it may behave before or after it was good. */
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
  attached('hands out a job of certificate version 99', 'ready', 'outdated-rules, then running', (gateway) => {
    gateway.job = wireJob(9, { cert_version: 99 }, HARD_NBITS);
  }),
  attached('hands out a target of 0', 'ready', 'degraded, then running', (gateway) => {
    gateway.job = wireJob(9, { target: 0 }, HARD_NBITS);
  }),
  attached('says mining_paused', 'ready', 'waiting, then running', (gateway) => {
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
    quick: how.includes('certificate version'),
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
      await lasting(2000);
      return { ok: true, result: job };
    };
    const seen = new Set<string>();
    const end = performance.now() + 12_000;
    while (performance.now() < end) {
      seen.add(stage.sidecar()?.state ?? 'none');
      await lasting(50);
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
      await lasting(10);
    }
    return undisturbed(stage);
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
      await lasting(8000);
      return { state: stage.sidecar()?.state ?? 'no sidecar', recoveryMs: null };
    },
  };
}

/** The wire between the miner and a good gateway spoilt from some moment on. */
const SPOILT: Row[] = [
  spoilt('answers in noise', (client) => void client.write(Buffer.alloc(256, '\u0000}]"'))),
  spoilt('stops in the middle of each answer', (client, bytes) => void client.write(bytes.subarray(0, 20))),
  spoilt('answers with a line of 4 MB', (client) => void client.write(`${'x'.repeat(4 << 20)}\n`)),
  spoilt('hangs up at each question', (client) => void client.destroy()),
];

function spoilt(how: string, treat: Treatment): Row {
  return {
    fault: `attached gateway ${how}`,
    moment: 'ready',
    expected: 'degraded, then running',
    play: async (stage) => {
      const gateway = await attach(stage);
      const relay = await relayTo(stage, gateway.endpoint.port);
      attachTo(stage, relay.port);
      stage.start();
      await stage.running();
      relay.treat = treat;
      const { state } = await stage.until('the trouble', (s) => s.state !== 'running');
      relay.treat = PASS;
      const struckMs = performance.now();
      await stage.running();
      return { state: `${state}, then running`, recoveryMs: performance.now() - struckMs };
    },
  };
}

/** What it says of proofs: the miner goes on, and the gateway has been given each of them once. */
const PROOFS: Row[] = [
  proofs('refuses every proof', (gateway) => {
    gateway.onSubmit = () => ({ ok: false, failure: { code: -32603, message: 'invalid proof' } });
  }),
  proofs('answers each proof after 2 s', (gateway) => {
    gateway.onSubmit = async () => {
      await lasting(2000);
      return { ok: true, result: 'submitted' };
    };
  }),
  proofs('answers each proof with an object of no known form', (gateway) => {
    gateway.onSubmit = () => ({ ok: true, result: { verdict: ['maybe'] } });
  }),
];

function proofs(how: string, harm: (gateway: ScriptedGateway) => void): Row {
  return {
    fault: `attached gateway ${how}`,
    moment: 'submitting',
    expected: 'running, nothing restarted',
    play: async (stage) => {
      const gateway = await attach(stage);
      gateway.job = wireJob(1, { target: BigInt(`0x${SHARE_TARGET}`) }, HARD_NBITS);
      harm(gateway);
      stage.start();
      await stage.running();
      await stage.mined('four proofs', () => gateway.submits.length >= 4);
      const told = toldOf(await stage.running());
      const given = gateway.submits.map(({ plain_proof: proof }) => String(proof));
      const twice = given.length - new Set(given).size;
      return { state: twice === 0 ? told : `${told}, ${twice} proofs given twice`, recoveryMs: null };
    },
  };
}

/** Until then the heap of a process that has just begun grows to its size: in 400 of them, then by 4 MiB in 600 more. */
const WARM_UP = 500;
const RECONNECTS = 1000;

/** Each connection is cut behind its first answer: a new one each time, none kept, none faster than the promised wait. */
const CUT_CONNECTIONS: Row = {
  fault: `attached gateway hangs up behind each answer: ${RECONNECTS} reconnects`,
  moment: 'ready',
  expected: 'running, nothing restarted, descriptors and memory as before',
  seconds: 225,
  play: async (stage) => {
    const gateway = await attach(stage);
    const relay = await relayTo(stage, gateway.endpoint.port);
    attachTo(stage, relay.port);
    stage.configure({ miner: { poll_interval: '10ms' } });
    stage.start();
    await stage.running();
    const look = () => [stage.supervisorPid, stage.pidOf('miner')].map(processSample);
    relay.treat = (client, bytes) => client.end(bytes);
    await until('the first reconnects', () => relay.connections >= WARM_UP, 200_000);
    const before = look();
    const sinceMs = performance.now();
    await until('all reconnects', () => relay.connections >= WARM_UP + RECONNECTS, 400_000);
    const eachMs = (performance.now() - sinceMs) / RECONNECTS;
    const after = look();
    relay.treat = PASS;
    const told = toldOf(await stage.running());
    const more = after.map(({ descriptors }, index) => descriptors - (before[index]?.descriptors ?? 0));
    const mebibytes = after.map(({ rssMebibytes }, index) => rssMebibytes - (before[index]?.rssMebibytes ?? 0));
    const isSteady = Math.max(...more) <= 2 && Math.max(...mebibytes) < 12;
    const figures = `${more} descriptors and ${mebibytes.map(Math.round)} MiB more`;
    if (eachMs < FASTEST_MS) return { state: `${told}, a connection each ${eachMs} ms`, recoveryMs: null };
    return { state: isSteady ? `${told}, descriptors and memory as before` : `${told}, ${figures}`, recoveryMs: null };
  },
};

/** The miner's first wait is 80 ms at the least (src/miner/backoff.ts); the supervisor asks now and then besides. */
const FASTEST_MS = 40;

export const GATEWAY_ROWS: readonly Row[] = [
  ...ATTACHED,
  ATTACHED_SLOW,
  JOB_FLOOD,
  ...STRANGERS,
  ...SPOILT,
  ...PROOFS,
  CUT_CONNECTIONS,
];
