import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { accompany } from '../../../src/gateway/external/accompany.ts';
import type { ChildMessage, VerdictMessage } from '../../../src/protocol/channel/messages.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { until } from '../../fixtures/until.ts';
import { commitmentOf, NODE_PASSWORD, TestNode } from './test-node.ts';

const LEFT: LedgerEntry = {
  time: '2026-01-01T00:00:00.000Z',
  job: '0123456789abcdef',
  height: null,
  certVersion: 3,
  target: 1n << 230n,
  shape: { m: 256, n: 256, k: 2048, rank: 128, h: 16, w: 16 },
  proof: 'fedcba9876543210',
  result: 'unknown',
  reason: 'the supervisor ended before the node had a block of it',
  block: false,
  latencyMs: 0,
};

function pearld(node: TestNode | null): string {
  if (node === null) return '';
  return `[pearld]\nrpc_url = ${node.url}\nrpc_user = rpcuser\nrpc_password_env = NODE_SECRET\n`;
}

/** Companions of a gateway, all over the ledger of one home. */
function accompanied(t: Test, files: Record<string, string> = {}, node: TestNode | null = null) {
  const home = t.testdir({ state: files });
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: home } });
  const config = parseConfig(
    `network = regtest\n[gateway]\nkind = attached\nport = 1\n${pearld(node)}`,
    'pearlctl.ini',
  );
  const messages: ChildMessage[] = [];
  const start = (after: Promise<void> = Promise.resolve()) =>
    accompany({
      ...{ config, paths, env: { NODE_SECRET: NODE_PASSWORD }, gatewayUrl: 'http://127.0.0.1:1', after },
      emit: (message) => messages.push(message),
      nodeLog: { tell: () => {} },
      restart: () => {},
    });
  const verdicts = () => messages.filter((message): message is VerdictMessage => message.type === 'verdict');
  const ledger = async () => {
    const entries: LedgerEntry[] = [];
    for await (const entry of readLedger(join(home, 'state', 'shares.jsonl'))) entries.push(entry);
    return entries;
  };
  return { start, verdicts, ledger };
}

t.test('a proof that a killed supervisor had under way is told and written down by the next', async (t) => {
  const { start, verdicts, ledger } = accompanied(t, { 'shares.pending.jsonl': renderEntry(LEFT) });
  const companion = start();
  await until('the verdict', () => verdicts().length > 0);
  await companion.close();
  t.match(verdicts(), [{ result: 'unknown', proof: LEFT.proof, recalled: true, foreign: true }], 'it names no wallet');
  t.match(await ledger(), [{ result: 'unknown', proof: LEFT.proof, reason: LEFT.reason }]);
});

t.test('a companion that takes the place of another waits for its ledger, and tells no proof twice', async (t) => {
  const { start, verdicts, ledger } = accompanied(t);
  const first = start();
  const proofs = Array.from({ length: 8 }, (_, index) => `${index}`.repeat(16));
  const header = '00'.repeat(76);
  const commitment = '0'.repeat(64);
  const message = { type: 'sent', header, certVersion: 3, target: '0'.repeat(64), commitment } as const;
  for (const proof of proofs) first.sent({ ...message, proof });
  const second = start(first.close());
  second.sent({ ...message, proof: 'f'.repeat(16) });
  await second.close();
  const told = verdicts().map(({ proof, recalled, foreign }) => ({ proof, recalled, foreign }));
  t.same(
    told,
    [...proofs, 'f'.repeat(16)].map((proof) => ({ proof, recalled: false, foreign: false })),
  );
  t.same(
    (await ledger()).map(({ proof }) => proof),
    told.map(({ proof }) => proof),
  );
});

t.test('a proof without a verdict is looked for again after every restart, until the chain tells', async (t) => {
  const node = await TestNode.start();
  t.teardown(() => node.stop());
  const { start, verdicts, ledger } = accompanied(t, {}, node);
  const [taken, lost] = [node.template(), node.template()];
  const message = { type: 'sent', certVersion: 3, target: '0'.repeat(64) } as const;
  const first = start();
  first.sent({ ...message, header: taken, commitment: commitmentOf(taken), proof: 'a'.repeat(16) });
  first.sent({ ...message, header: lost, commitment: commitmentOf(lost, 'another'), proof: 'b'.repeat(16) });
  await first.close();
  const second = start(first.close());
  await second.close();
  t.same(verdicts(), [], 'the chain has not moved');
  node.take(taken);
  const third = start(second.close());
  await until('both verdicts', () => verdicts().length === 2);
  await third.close();
  t.match(verdicts(), [
    { result: 'accepted', block: true, height: 1, proof: 'a'.repeat(16), recalled: true },
    { result: 'stale', proof: 'b'.repeat(16), recalled: true },
  ]);
  const entries = await ledger();
  t.match(entries, [{ result: 'accepted' }, { result: 'stale' }], 'each is in the ledger once');
  t.notOk(entries.some((entry) => 'awaited' in entry));
});

t.test('an unknown verdict in the ledger becomes what the chain says of it, once', async (t) => {
  const node = await TestNode.start();
  t.teardown(() => node.stop());
  const [taken, lost] = [node.template(), node.template()];
  const lines = [
    { proof: 'a'.repeat(16), awaited: { header: taken, commitment: commitmentOf(taken) } },
    { proof: 'b'.repeat(16), awaited: { header: lost, commitment: commitmentOf(lost, 'another') } },
  ].map((one) => renderEntry({ ...LEFT, ...one, time: new Date().toISOString() }));
  const { start, verdicts, ledger } = accompanied(t, { 'shares.jsonl': lines.join('') }, node);
  const first = start();
  await first.close();
  t.same(verdicts(), [], 'the chain has not moved');
  node.take(taken);
  const second = start();
  await until('both verdicts', () => verdicts().length === 2);
  await second.close();
  t.match(verdicts(), [
    { result: 'accepted', block: true, proof: 'a'.repeat(16), corrects: 'unknown' },
    { result: 'stale', proof: 'b'.repeat(16), corrects: 'unknown' },
  ]);
  const third = start();
  await third.close();
  t.match(
    (await ledger()).map(({ result }) => result),
    ['unknown', 'unknown', 'accepted', 'stale'],
  );
});
