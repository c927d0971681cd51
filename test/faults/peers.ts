// What rows put at the other end of a wire: scripted gateways, pools, servers that are neither.
import { createServer, type Server, type Socket } from 'node:net';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { HARD_NBITS, ScriptedGateway, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { until } from '../fixtures/until.ts';
import { type TestJob, TestPool, type TestPoolOptions } from '../pool/test-pool.ts';
import { testJob } from '../pool/upstream.ts';
import { poolDifference } from './accounts.ts';
import type { FaultStage } from './stage.ts';

/** A scripted gateway that the stage is configured to use. */
export async function attach(stage: FaultStage): Promise<ScriptedGateway> {
  const gateway = new ScriptedGateway();
  gateway.job = wireJob(1, { target: 1n << 190n }, HARD_NBITS);
  await gateway.open();
  stage.afterwards(() => gateway.close());
  attachTo(stage, gateway.endpoint.port);
  return gateway;
}

export function attachTo(stage: FaultStage, port: number): void {
  stage.configure({
    '': { network: 'mainnet' },
    miner: { wallet: MAINNET_WALLET },
    gateway: { kind: 'attached', port },
  });
}

const MAINNET_WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');

/** 2^35 multiply-accumulates for a share: one every second or two, even on a loaded machine. */
export const SHARE_TARGET = (1n << 221n).toString(16).padStart(64, '0');

/** A job that this machine finds a share for in a second or two; each `tip` is another block. */
export function poolJob(tip = 1): TestJob {
  return testJob(`job-${tip}`, tip, 1, SHARE_TARGET);
}

export interface PoolPlace {
  /** The address that the pool listens at. */
  host?: string;
  /** What the configuration calls it, where that is not the address. */
  name?: string;
}

/** A pool that the stage is configured to mine with; the pool's books are held against the ledger. */
export async function startPool(
  stage: FaultStage,
  options: TestPoolOptions = {},
  { host = '127.0.0.1', name = host }: PoolPlace = {},
): Promise<TestPool> {
  const pool = await TestPool.start(options, host);
  pool.job = poolJob();
  // Some plays have stopped it themselves.
  stage.afterwards(() => pool.stop().catch(() => undefined));
  stage.difference = () => poolDifference(stage.home, pool);
  stage.configure({
    '': { network: 'mainnet' },
    miner: { wallet: MAINNET_WALLET },
    gateway: { kind: 'pool' },
    pool: { 'url[]': pool.url().replace(host, name) },
  });
  return pool;
}

/** A server that does as it is told with every client. */
export async function listen(
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

export function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Takes the port in the moment in which it is free. */
export async function steal(stage: FaultStage, port: number): Promise<Server> {
  let thief: Server | null = null;
  const tryOnce = () => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => setTimeout(tryOnce, 5));
    server.listen(port, '127.0.0.1', () => {
      thief = server;
    });
  };
  tryOnce();
  await until('the port to be free', () => thief !== null);
  if (thief === null) throw new Error('the port was not free');
  stage.afterwards(() => void (thief as Server).close());
  return thief;
}
