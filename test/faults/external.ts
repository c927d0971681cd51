// Rows about the gateway of a Pearl node that pearlctl starts: killed, hanging, without its node.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { type LedgerEntry, parseEntry } from '../../src/state/ledger/entry.ts';
import { readLedger } from '../../src/state/ledger/read-ledger.ts';
import { freePort } from '../fixtures/free-port.ts';
import { HARD_NBITS } from '../fixtures/gateway/scripted-gateway.ts';
import { lasting, until } from '../fixtures/until.ts';
import { NODE_PASSWORD, TestNode } from '../gateway/external/test-node.ts';
import { nodeDifference } from './accounts.ts';
import { replaced, replacedAfter } from './outcome.ts';
import { NOTES, processesOf } from './remains.ts';
import type { Row } from './row.ts';
import { type FaultStage, kill, type Settings } from './stage.ts';

export const STAND_IN = resolve('test/fixtures/external/reference-gateway.mjs');

/** Configures the stage with a stand-in for the node's gateway, in front of a node of the test's own. */
export async function useExternal(
  stage: FaultStage,
  gateway: Settings[string] = {},
  shared?: TestNode,
): Promise<TestNode> {
  const node = shared ?? (await TestNode.start());
  stage.afterwards(() => node.stop().catch(() => undefined));
  stage.difference = () => nodeDifference(stage.home, node);
  stage.environment = { NODE_SECRET: NODE_PASSWORD };
  stage.configure({
    '': { network: 'regtest' },
    miner: { wallet: walletFromProgram(Buffer.alloc(32, 7), 'regtest') },
    gateway: {
      kind: 'external',
      port: await freePort(),
      metrics_port: await freePort(),
      'command[]': [process.execPath, STAND_IN],
      ...gateway,
    },
    pearld: { rpc_url: node.url, rpc_user: 'rpcuser', rpc_password_env: 'NODE_SECRET' },
  });
  return node;
}

/** As `useExternal`, with blocks too hard to find: a stop waits for one that is under way. */
export async function useBlocklessExternal(stage: FaultStage, gateway: Settings[string] = {}): Promise<TestNode> {
  const node = await useExternal(stage, gateway);
  node.nbits = HARD_NBITS;
  return node;
}

const STRUCK: Row[] = (['SIGTERM', 'SIGKILL', 'SIGSEGV'] as const).map((signal) => ({
  fault: `external gateway: ${signal}`,
  moment: 'ready',
  expected: 'running',
  // A proof that the chain has not told of yet.
  leaves: NOTES,
  play: async (stage) => {
    await useExternal(stage);
    stage.start();
    await stage.running();
    return replacedAfter(stage, 'gateway', signal);
  },
}));

const NODE_AWAY: Row = {
  fault: 'node behind the external gateway gone for 5 s',
  moment: 'ready',
  expected: 'running',
  play: async (stage) => {
    const node = await useBlocklessExternal(stage);
    stage.start();
    await stage.running();
    await node.stop();
    await lasting(5000);
    await node.resume();
    const struckMs = performance.now();
    await stage.running();
    return { state: 'running', recoveryMs: performance.now() - struckMs };
  },
};

/** The newer gateway, which makes certificates in a worker process: whatever dies, no worker is left. */
const WORKERS: Row[] = [
  worker('external gateway with a worker: SIGKILL', 'running', (stage, node) => lost(stage, node, 'SIGKILL')),
  worker('external gateway with a worker: SIGTERM', 'running', (stage, node) => lost(stage, node, 'SIGTERM')),
  worker('supervisor of a gateway with a worker: SIGTERM', 'exit 0', (stage) => stage.stop()),
  worker('supervisor of a gateway with a worker: SIGKILL, and the next start', 'running', async (stage) => {
    kill(stage.supervisorPid, 'SIGKILL');
    return again(stage);
  }),
  worker('supervisor and gateway with a worker: SIGKILL, and the next start', 'running', async (stage) => {
    const gateway = stage.pidOf('gateway');
    kill(stage.supervisorPid, 'SIGKILL');
    kill(gateway, 'SIGKILL');
    return again(stage);
  }),
];

function worker(fault: string, expected: string, strike: (stage: FaultStage, node: TestNode) => Promise<string>): Row {
  return {
    fault,
    moment: 'making a certificate',
    expected: `${expected}, no old worker left`,
    quick: fault.includes('gateway with a worker: SIGKILL'),
    leaves: NOTES,
    play: async (stage) => {
      const words = ['--worker', '--prove', '3000'];
      const node = await useExternal(stage, { 'command[]': [process.execPath, STAND_IN, ...words] });
      stage.start();
      await stage.running();
      await stage.mined('a proof', () => stage.notes().length > 0);
      const old = workersOf(stage);
      const struckMs = performance.now();
      const state = await strike(stage, node);
      const recoveryMs = performance.now() - struckMs;
      const left = workersOf(stage).filter((pid) => old.includes(pid)).length;
      const told = left === 0 ? 'no old worker' : `${left} of ${old.length} old workers`;
      return { state: old.length === 0 ? `${state}, no worker seen` : `${state}, ${told} left`, recoveryMs };
    },
  };
}

/** The block goes with its gateway, and the miner waits for the next job. */
async function lost(stage: FaultStage, node: TestNode, signal: NodeJS.Signals): Promise<string> {
  const pid = stage.pidOf('gateway');
  kill(pid, signal);
  await stage.until('another gateway', ({ children: { gateway } }) => gateway.pid !== pid && gateway.state === 'ready');
  node.lose();
  await stage.running();
  return 'running';
}

async function again(stage: FaultStage): Promise<string> {
  await stage.ended;
  stage.start();
  await stage.running();
  return 'running';
}

function workersOf(stage: FaultStage): number[] {
  return processesOf(stage.home).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('certificate-worker');
    } catch {
      return false;
    }
  });
}

const VAIN_CERTIFICATE: Row = {
  fault: 'another block comes first while the external gateway makes a certificate of 60 s',
  moment: 'making a certificate',
  expected: 'running',
  quick: true,
  leaves: NOTES,
  play: async (stage) => {
    const node = await useExternal(stage, {
      'command[]': [process.execPath, STAND_IN, '--prove', '60000'],
      proof_timeout: '1s',
    });
    stage.start();
    const { children } = await stage.running();
    await stage.mined('a proof', () => stage.notes().length > 0);
    const struckMs = performance.now();
    node.lose();
    return replaced(stage, 'gateway', children.gateway.pid ?? 0, struckMs);
  },
};

/** The node takes a block of which no miner that lives knows: it is in the ledger all the same, once. */
const UNHEARD: Row = {
  fault: 'miner of an external gateway: SIGKILL before it hears that its proof is taken',
  moment: 'making a certificate',
  expected: 'the block is accepted',
  quick: true,
  leaves: NOTES,
  play: async (stage) => {
    const words = ['--worker', '--prove', '2000', '--mute-first'];
    await useExternal(stage, { 'command[]': [process.execPath, STAND_IN, ...words] });
    stage.configure({ miner: { duty: '5%' } });
    stage.start();
    await stage.running();
    const proof = await stage.mined('a proof that is handed in', () => handedIn(stage)[0]);
    // The note of it comes before it is sent.
    await until('the gateway to have it', () => stage.log().includes('A proof is taken without a word'));
    const struckMs = performance.now();
    kill(stage.pidOf('miner'), 'SIGKILL');
    const results = await until('its verdict', async () => {
      const entries = await ledgerOf(stage);
      return entries.some((entry) => entry.proof === proof) && entries.filter((entry) => entry.proof === proof);
    });
    const state = results.map(({ result }) => result).join(', ');
    return { state: `the block is ${state}`, recoveryMs: performance.now() - struckMs };
  },
};

function handedIn(stage: FaultStage): string[] {
  const text = readFileSync(stage.path('state', 'shares.found.jsonl'), 'utf8');
  const notes = text.split('\n').flatMap((line) => parseEntry(Buffer.from(line)) ?? []);
  return notes.filter(({ awaited }) => awaited !== undefined).map(({ proof }) => proof);
}

async function ledgerOf(stage: FaultStage): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of readLedger(stage.path('state', 'shares.jsonl'))) entries.push(entry);
  return entries;
}

export const EXTERNAL_ROWS: readonly Row[] = [...STRUCK, NODE_AWAY, VAIN_CERTIFICATE, UNHEARD, ...WORKERS];
