// Rows about the gateway of a Pearl node that pearlctl starts: killed, hanging, without its node.
import { resolve } from 'node:path';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { freePort } from '../fixtures/free-port.ts';
import { lasting } from '../fixtures/until.ts';
import { NODE_PASSWORD, TestNode } from '../gateway/external/test-node.ts';
import { nodeDifference } from './accounts.ts';
import { replacedAfter } from './outcome.ts';
import { NOTES } from './remains.ts';
import type { Row } from './row.ts';
import type { FaultStage, Settings } from './stage.ts';

export const STAND_IN = resolve('test/fixtures/external/reference-gateway.mjs');

/** Configures the stage with a stand-in for the node's gateway, in front of a node of the test's own. */
export async function useExternal(stage: FaultStage, gateway: Settings[string] = {}): Promise<TestNode> {
  const node = await TestNode.start();
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
  leaves: NOTES,
  play: async (stage) => {
    const node = await useExternal(stage);
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

export const EXTERNAL_ROWS: readonly Row[] = [...STRUCK, NODE_AWAY];
