import t from 'tap';
import { NodeRpc, type NodeState } from '../../../src/gateway/external/node-rpc.ts';
import { otherNetwork, syncTrouble } from '../../../src/gateway/external/node-sync.ts';
import { NODE_PASSWORD, TestNode } from './test-node.ts';

const NOW = Date.parse('2026-10-01T12:00:00Z');
const hoursAgo = (hours: number) => NOW / 1000 - hours * 3600;
const SYNCED: NodeState = {
  chain: 'mainnet',
  blocks: 100_000,
  mediantime: hoursAgo(0.3),
  readiness: 'ready',
  certVersion: 3,
  peers: 8,
};

t.test('a node at genesis without a peer is not synced, although it has as many blocks as headers', async (t) => {
  const fresh = { ...SYNCED, blocks: 0, mediantime: hoursAgo(9000), peers: 0 };
  t.match(syncTrouble({ ...fresh, readiness: 'no-peers' }, 'mainnet', NOW), /not connected to any other, at block 0/);
  t.match(syncTrouble(fresh, 'mainnet', NOW), /not connected to any other/, 'where it gives a template all the same');
});

t.test('the age of the newest blocks tells of a node that lags and says nothing of it', async (t) => {
  t.equal(syncTrouble(SYNCED, 'mainnet', NOW), null);
  t.equal(syncTrouble({ ...SYNCED, mediantime: hoursAgo(2.9) }, 'mainnet', NOW), null, 'blocks that came slowly');
  t.match(syncTrouble({ ...SYNCED, mediantime: hoursAgo(72) }, 'mainnet', NOW), /behind, at block 100000, .* 3 d/);
  t.match(
    syncTrouble({ ...SYNCED, mediantime: hoursAgo(72), readiness: 'downloading' }, 'testnet', NOW),
    /syncing, at block 100000, its newest blocks are 3 d/,
  );
  t.equal(syncTrouble({ ...SYNCED, mediantime: undefined }, 'mainnet', NOW), null, 'a node that does not tell');
  t.equal(syncTrouble({ ...SYNCED, mediantime: hoursAgo(72), peers: 0 }, 'regtest', NOW), null, 'nothing mines there');
});

t.test('only a known name can be that of another network', async (t) => {
  t.equal(otherNetwork('main', 'mainnet'), null);
  t.equal(otherNetwork('simnet', 'regtest'), 'simnet');
  t.equal(otherNetwork('a name of its own', 'regtest'), null);
});

t.test('the node’s refusals of a template are read as what they are', async (t) => {
  const node = await TestNode.start();
  t.teardown(() => node.stop());
  const rpc = new NodeRpc({
    rpcUrl: node.url,
    rpcUser: 'rpcuser',
    rpcPassword: NODE_PASSWORD,
    passwordFrom: { kind: 'conf' },
    certificate: null,
  });
  for (const readiness of ['ready', 'no-peers', 'downloading'] as const) {
    node.readiness = readiness;
    t.match(await rpc.state(), { ok: true, value: { blocks: 0, readiness, peers: 8, bestblockhash: node.tip.hash } });
  }
});
