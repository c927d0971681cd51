import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { COMPANION_TIMES, Companion, type CompanionTimes } from '../../../src/gateway/external/companion.ts';
import { NodeLog } from '../../../src/gateway/external/node-log.ts';
import type {
  ChildMessage,
  GatewayHeartbeat,
  SentMessage,
  VerdictMessage,
} from '../../../src/protocol/channel/messages.ts';
import { parseChildMessage } from '../../../src/protocol/channel/messages.ts';
import type { LedgerEntry } from '../../../src/state/ledger/entry.ts';
import { renderEntry } from '../../../src/state/ledger/entry.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';
import { lasting, stays, until } from '../../fixtures/until.ts';
import { SHAPE } from '../../pool/upstream.ts';
import { commitmentOf, NODE_PASSWORD, TestNode } from './test-node.ts';

const CONFIG = 'network = regtest\n[gateway]\nkind = attached\nport = 1\n';

const OWNER = { network: 'regtest', wallet: 'rprl1p…last6' };

const times = {
  ...COMPANION_TIMES,
  heartbeatMs: 20,
  askNodeMs: 30,
  askProofMs: 20,
  outageMs: 600,
  readMetricsMs: 20,
};

async function accompanied(
  t: Test,
  options: {
    node?: TestNode | null;
    password?: string;
    metricsUrl?: string;
    limits?: Partial<CompanionTimes>;
    settled?: string[];
  } = {},
) {
  const node = options.node === undefined ? await TestNode.start() : options.node;
  const messages: ChildMessage[] = [];
  const notes: LedgerEntry[] = [];
  const entries: LedgerEntry[] = [];
  const restarts: string[] = [];
  const said: string[] = [];
  const companion = new Companion({
    config: { ...parseConfig(CONFIG, 'test'), shape: { ...SHAPE, preset: 'custom' } },
    owner: OWNER,
    gatewayUrl: 'http://127.0.0.1:1',
    access: Promise.resolve(
      node === null
        ? null
        : {
            rpcUrl: node.url,
            rpcUser: 'rpcuser',
            rpcPassword: options.password ?? NODE_PASSWORD,
            passwordFrom: { kind: 'variable', name: 'NODE_SECRET' },
            certificate: null,
          },
    ),
    metricsUrl: options.metricsUrl ?? null,
    emit: (message) => messages.push(message),
    nodeLog: new NodeLog((_level, text) => said.push(text)),
    note: (entry) => notes.push(entry),
    record: (entry) => entries.push(entry),
    isSettled: async ({ proof }) => (options.settled ?? []).includes(proof),
    onRestartWanted: (reason) => restarts.push(reason),
    onClose: async () => {},
    times: { ...times, ...options.limits },
  });
  t.teardown(async () => {
    await companion.close();
    await node?.stop();
  });
  const verdicts = () => messages.filter((message): message is VerdictMessage => message.type === 'verdict');
  const upstream = () =>
    messages.filter((message): message is GatewayHeartbeat => message.type === 'gateway').at(-1)?.upstream;
  return { node: node as TestNode, companion, messages, notes, entries, restarts, said, verdicts, upstream };
}

let proofs = 0;
function sent(header: string, commitment = commitmentOf(header)): SentMessage {
  proofs += 1;
  const proof = proofs.toString(16).padStart(16, '0');
  return { type: 'sent', header, certVersion: 3, target: '0'.repeat(8) + 'f'.repeat(56), proof, commitment };
}

t.test('a block that the node took is accepted, and in the ledger', async (t) => {
  const { node, companion, notes, entries, verdicts, messages } = await accompanied(t);
  const header = node.template();
  companion.sent(sent(header));
  t.match(notes, [{ result: 'unknown', reason: /supervisor ended/ }], 'noted for the case that it is killed now');
  t.ok(companion.busy, 'until it is settled, silence means that the gateway proves');
  // The node is asked twice and has no block of it.
  await stays('no verdict', () => verdicts().length === 0, 60);
  node.take(header);
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts()[0], { result: 'accepted', block: true, height: 1 });
  t.match(entries, [{ result: 'accepted', block: true, height: 1, shape: { m: 64, h: 16, w: 16 } }]);
  t.equal(entries[0]?.proof, notes[0]?.proof);
  t.notOk(companion.busy);
  t.ok(
    messages.every((message) => parseChildMessage(message) !== null),
    'it speaks the channel',
  );
});

t.test('a block of another miner in its place makes it stale', async (t) => {
  const { node, companion, verdicts, restarts } = await accompanied(t);
  companion.sent(sent(node.template()));
  node.lose();
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts()[0], { result: 'stale', block: false });
  t.match(restarts, [/a block that came too late/], 'and its certificate is not worth waiting for');
});

t.test('two machines of one wallet on one node: each block is booked by the one that found it', async (t) => {
  const node = await TestNode.start();
  const machines = [await accompanied(t, { node }), await accompanied(t, { node })] as const;
  const blocks = 50;
  for (let height = 1; height <= blocks; height += 1) {
    // Without an extra nonce in the coinbase both have the very same header to mine on.
    const header = node.template();
    const commitments = machines.map((_, index) => commitmentOf(header, `machine ${index}`));
    for (const [index, { companion }] of machines.entries()) companion.sent(sent(header, commitments[index]));
    node.take(header, commitments[(height * 7) % 3 === 0 ? 0 : 1]);
    await until('two verdicts', () => machines.every(({ entries }) => entries.length === height));
  }
  const accepted = machines.map(({ entries }) => entries.filter(({ result }) => result === 'accepted').length);
  t.same(accepted, [16, 34]);
  t.equal(node.tip.height, blocks, 'the sum of their ledgers is the count of the node');
  for (const { entries } of machines) t.ok(entries.every(({ result }) => result !== 'unknown'));
});

t.test('a block of the same transactions at another second is another machine’s', async (t) => {
  const { node, companion, verdicts } = await accompanied(t);
  const header = node.template();
  companion.sent(sent(header));
  const later = Buffer.from(header, 'hex');
  later.writeUInt32LE(later.readUInt32LE(68) + 1, 68);
  node.take(later.toString('hex'), commitmentOf(header));
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts()[0], { result: 'stale' });
});

t.test('there is no verdict while the chain has not moved, however long the certificate takes', async (t) => {
  const { node, companion, verdicts } = await accompanied(t, { limits: { provingMs: 100 } });
  const header = node.template();
  companion.sent(sent(header));
  await until('more than any certificate takes', () => !companion.busy);
  await stays('open', () => verdicts().length === 0, 100);
  node.take(header);
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts(), [{ result: 'accepted', block: true, height: 1 }]);
});

t.test('a proof that nothing comes of for a day is unknown, until the chain tells', async (t) => {
  const { node, companion, entries, verdicts } = await accompanied(t, { limits: { settlementMs: 100 } });
  const header = node.template();
  companion.sent(sent(header));
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts()[0], { result: 'unknown', reason: /within a day/ });
  await stays('unknown, once', () => verdicts().length === 1, 150);
  node.take(header);
  await until('another verdict', () => verdicts().length === 2);
  t.match(verdicts()[1], { result: 'accepted', block: true, corrects: 'unknown', recalled: false });
  t.match(entries, [{ awaited: { header } }, { result: 'accepted', corrects: 'unknown' }]);
});

t.test('a proof that the miner drops is in the ledger with the reason, unless the gateway has it', async (t) => {
  const { node, companion, entries, notes, verdicts } = await accompanied(t);
  const refusal = 'the gateway refused it (-32000 proof submission queue full), and then its job is gone';
  const line = (proof: string) => renderEntry(ledgerEntry(proof, { result: 'dropped', reason: refusal }));
  const dropped = { type: 'dropped', mayBeKnown: false } as const;
  companion.dropped({ ...dropped, line: line('d') });
  await until('a verdict', () => verdicts().length > 0);
  t.match(verdicts(), [{ result: 'dropped', reason: refusal, block: false }]);
  t.match(entries, [{ result: 'dropped', reason: refusal }]);
  t.same(notes, [], 'nothing is waited for');
  t.notOk(companion.busy);
  const handedIn = sent(node.template());
  companion.sent(handedIn);
  companion.dropped({ ...dropped, line: line(handedIn.proof) });
  companion.dropped({ ...dropped, line: line('e') });
  await until('the last of them', () => entries.length > 1);
  t.same(
    entries.map(({ proof }) => proof.at(-1)),
    ['d', 'e'],
    'that one has its verdict another way',
  );
});

t.test('a proof that a miner handed in and did not live to tell of is looked for on the chain', async (t) => {
  const settled = 'c'.repeat(16);
  const { node, companion, entries, notes, verdicts } = await accompanied(t, { settled: [settled] });
  const told = (proof: string, header: string, time = new Date()) => {
    const awaited = { header, commitment: commitmentOf(header) };
    const entry = ledgerEntry(proof, { result: 'dropped', time: time.toISOString(), awaited });
    companion.dropped({ type: 'dropped', line: renderEntry(entry), mayBeKnown: true });
  };
  const header = node.template();
  const other = Buffer.from(header, 'hex');
  other.writeUInt32LE(other.readUInt32LE(68) + 1, 68);
  told('a'.repeat(16), other.toString('hex'), new Date(Date.now() - 3_600_000));
  told(settled, header);
  await until('a note', () => notes.length > 0);
  t.notOk(companion.busy, 'a gateway that was started since then does not make its certificate');
  told('b'.repeat(16), header);
  await until('the other note', () => notes.length > 1);
  t.ok(companion.busy, 'the one that took it may, and a stop waits');
  t.match(notes, [{ awaited: { header: other.toString('hex') } }, { result: 'unknown', awaited: { header } }]);
  await stays('without a verdict', () => entries.length === 0, 60);
  node.take(header);
  await until('both verdicts', () => entries.length === 2);
  // The chain is asked for both at once.
  t.match(
    verdicts().sort((one, other) => one.proof.localeCompare(other.proof)),
    [
      { result: 'stale', proof: 'a'.repeat(16) },
      { result: 'accepted', block: true, height: 1, proof: 'b'.repeat(16), recalled: true },
    ],
  );
  t.ok(entries.every((entry) => !('awaited' in entry)));
});

t.test('without a node to ask, a proof is unknown, unless the log says what became of it', async (t) => {
  const { companion, verdicts } = await accompanied(t, { node: null });
  companion.sent(sent('00'.repeat(76)));
  companion.hear('2026-06-01 12:00:00 - WARNING - Block rejected: bad certificate - x.py:1');
  companion.sent(sent('01'.repeat(76)));
  await until('two verdicts', () => verdicts().length === 2);
  t.match(verdicts(), [{ result: 'rejected' }, { result: 'unknown', reason: /no node/ }]);
  await stays('unknown, once', () => verdicts().length === 2, 100);
});

t.test('without a node, the gateway’s own count of blocks tells, where it serves one', async (t) => {
  let blocks = 4;
  let answers = 0;
  const server = createServer((_request, response) => {
    answers += 1;
    // Every other time it is too busy.
    response.statusCode = answers % 2 === 1 ? 200 : 503;
    response.end(`# TYPE x counter\npearl_gateway_blocks_found_total ${blocks}\n`);
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const metricsUrl = `http://127.0.0.1:${port}/metrics`;
  // The third question comes long after the first answer was read, also on a busy machine.
  const { companion, verdicts } = await accompanied(t, { node: null, metricsUrl, limits: { readMetricsMs: 200 } });
  await until('the first count to be read', () => answers >= 3);
  companion.sent(sent('02'.repeat(76)));
  blocks = 5;
  await until('a verdict', () => verdicts().length === 1);
  t.match(verdicts(), [{ result: 'accepted', block: true }]);
});

t.test('a dead node is noticed, although the gateway goes on serving its old job; so is its return', async (t) => {
  const { node, upstream, restarts } = await accompanied(t, { limits: { outageMs: 60_000 } });
  await until('ready', () => upstream()?.phase === 'ready');
  await node.stop();
  await until('its loss', () => upstream()?.phase === 'backing-off');
  t.match(upstream()?.reason, /node/);
  await node.resume();
  await until('its return', () => upstream()?.phase === 'ready');
  t.same(restarts, [], 'a short outage needs no restart');
});

t.test('after an outage that drives the gateway into its back-off, a restart is wished for', async (t) => {
  const { node, upstream, restarts } = await accompanied(t);
  await until('ready', () => upstream()?.phase === 'ready');
  await node.stop();
  await until('its loss', () => upstream()?.phase === 'backing-off');
  await lasting(2 * times.outageMs);
  await node.resume();
  await until('the wish for a restart', () => restarts.length === 1);
});

t.test('a wrong password, another network and a node that syncs are told apart', async (t) => {
  const wrong = await accompanied(t, { password: 'guess' });
  await until('the refusal', () => wrong.upstream()?.phase === 'refused');
  t.match(wrong.upstream(), {
    reason: /password/,
    fix: { say: [/Give NODE_SECRET the rpcpass of the node.*read -rs NODE_SECRET/] },
  });
  const other = await accompanied(t);
  other.node.chain = 'simnet';
  await until('the network', () => other.upstream()?.reason?.includes('simnet'));
  other.node.certVersion = 4;
  other.node.chain = 'regtest';
  other.node.readiness = 'downloading';
  await until('the syncing', () => other.upstream()?.reason?.includes('syncing, at block 0'));
  t.equal(other.upstream()?.phase, 'backing-off');
  other.node.readiness = 'no-peers';
  await until('the loneliness', () => other.upstream()?.reason?.includes('not connected to any other'));
  other.node.readiness = 'ready';
  await until('the rules of GPUs', () => other.upstream()?.phase === 'outdated-rules');
  other.node.certVersion = 3;
  await until('ready', () => other.upstream()?.phase === 'ready');
  t.match(
    other.said.slice(other.said.findIndex((text) => text.includes('simnet'))),
    [/simnet/, /syncing, at block 0/, /not connected to any other/, /version 4: FP8/, /is well, at block 0$/],
    'each is one line of the log',
  );
  t.same(wrong.said.length, 1, wrong.said.join('; '));
});

t.test('what its log complains of is shown until it serves a job', async (t) => {
  const { companion, upstream } = await accompanied(t);
  companion.hear('\u001b[31m2026-06-01 12:00:00 - ERROR - Expected Taproot witness version 1, got 0 - a.py:3\u001b[0m');
  await until('the complaint', () => upstream()?.reason?.includes('Taproot'));
  companion.served();
  await until('the end of it', () => upstream()?.phase === 'ready');
});

t.test('closing looks a last time; what the node has no block of yet stays noted', async (t) => {
  const { node, companion, notes, verdicts, upstream } = await accompanied(t, { limits: { lastLookMs: 60_000 } });
  await until('the node', () => upstream()?.phase === 'ready');
  const header = node.template();
  companion.sent(sent(header));
  node.take(header);
  companion.sent(sent(node.template()));
  await companion.close();
  t.match(verdicts(), [{ result: 'accepted' }]);
  t.match(notes[1], { awaited: { header: node.template(), commitment: commitmentOf(node.template()) } });
});

t.test('a gateway is behind while its job builds on another block than the node’s tip, and only then', async (t) => {
  const { node, companion } = await accompanied(t);
  companion.holds('f'.repeat(64));
  await until('an answer of the node', () => companion.behindMs !== null);
  companion.holds(node.tip.hash);
  const old = node.tip.hash;
  // The job of the new block arrives before the node is looked at again, as it does with every other block.
  node.lose();
  companion.holds(node.tip.hash);
  await until('the node’s new tip', () => companion.behindMs === null);
  await stays('level with the node', () => companion.behindMs === null, 150);
  companion.holds(old);
  await until('a frozen job', () => (companion.behindMs ?? 0) > 100);
  node.lose();
  await stays('behind, whatever the node finds meanwhile', () => (companion.behindMs ?? 0) > 100, 100);
  companion.holds(node.tip.hash);
  await until('the job of the tip', () => companion.behindMs === null);
  companion.holds(old);
  await node.stop();
  await until('a node that does not answer', () => companion.behindMs === null);
});
