import fc from 'fast-check';
import t from 'tap';
import { conditionOf } from '../../../src/gateway/external/condition.ts';
import { readGatewayLine } from '../../../src/gateway/external/foreign-log-line.ts';
import { parseBlocksFound } from '../../../src/gateway/external/foreign-metrics.ts';

t.test('reads each trouble from the log, through colours and times', async (t) => {
  const cases: [string, object | null][] = [
    ['Cannot connect to host localhost:44107 ssl:default [Connect call failed]', { trouble: 'node-unreachable' }],
    ['Cannot connect to host h:1 ssl:default [SSL: WRONG_VERSION_NUMBER]', { trouble: 'node-tls' }],
    ['RPC request failed: HTTP 401 Unauthorized', { trouble: 'node-password' }],
    ['Invalid bech32/bech32m address', { trouble: 'address-malformed' }],
    ['Expected Taproot witness version 1, got 0', { trouble: 'address-type' }],
    ['OSError: [Errno 98] address already in use', { trouble: 'port-in-use' }],
    ['1 validation error for GatewaySettings', { trouble: 'settings' }],
    ['Block 17 was rejected by the node', { kind: 'verdict', result: 'rejected' }],
    ['Failed to refresh: RPC error -9: Pearl is not connected', { trouble: 'node-no-peers' }],
    ['Failed to refresh: RPC error -10: Pearl is downloading blocks...', { trouble: 'node-downloading' }],
    ['Block accepted by the node', { kind: 'verdict', result: 'accepted' }],
    ['HTTP 4010 is a port', null],
    ['New template at height 7', null],
  ];
  for (const [text, fact] of cases) {
    const line = `\u001b[32m2026-06-01 12:00:00\u001b[0m - \u001b[1mERROR\u001b[0m - ${text} - service.py:42`;
    if (fact === null) t.equal(readGatewayLine(line), null, text);
    else t.match(readGatewayLine(line), fact, text);
  }
});

t.test('no line makes it throw or hang', async () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), (line) => readGatewayLine(line) !== undefined));
  const long = `Cannot connect to host ${'ssl '.repeat(20_000)}`;
  const before = process.cpuUsage();
  readGatewayLine(long);
  readGatewayLine(`block ${'accepte '.repeat(20_000)}`);
  const { user, system } = process.cpuUsage(before);
  if (user + system > 2_000_000) throw new Error('A long line takes too long to read.');
});

t.test('the node’s word comes before the log’s, and proving is not trouble', async (t) => {
  const well = {
    trouble: null,
    node: { ok: true, value: { chain: 'mainnet', blocks: 100, readiness: 'ready', certVersion: 3, peers: 8 } },
    nodeUrl: 'http://localhost:44107',
    network: 'mainnet',
    provingSeconds: null,
    nowMs: Date.parse('2026-10-01T12:00:00Z'),
    fixOf: () => undefined,
  } as const;
  t.match(conditionOf(well), { phase: 'ready', reason: null });
  t.match(conditionOf({ ...well, provingSeconds: 26.4 }), { phase: 'ready', reason: /certificate.*26 s/ });
  t.match(conditionOf({ ...well, trouble: 'node-password' }), { phase: 'refused' });
  const fp8 = { ok: true, value: { ...well.node.value, certVersion: 4 } } as const;
  t.match(conditionOf({ ...well, node: fp8 }), { phase: 'outdated-rules', reason: /certificate version 4: FP8.*GPUs/ });
  const dead = { ok: false, kind: 'unreachable', reason: 'the node refuses connections' } as const;
  t.match(conditionOf({ ...well, trouble: 'address-type', node: dead }), { phase: 'backing-off', reason: /refuses/ });
  t.match(conditionOf({ ...well, node: null }), { phase: 'ready' });
});

t.test('metrics: the blocks found, labels and foreign lines aside; null where there are none', async (t) => {
  const text = [
    '# HELP x y',
    'pearl_gateway_shares_submitted_total{worker="a"} 5',
    'pearl_gateway_shares_submitted_total 9',
    'pearl_gateway_blocks_found_total{worker="a"} 2.0',
    'pearl_gateway_blocks_found_total 9',
    'pearl_gateway_errors_total NaN',
    'garbage',
  ].join('\n');
  t.equal(parseBlocksFound(text), 2);
  t.equal(parseBlocksFound('pearl_gateway_errors_total 1'), 0);
  t.equal(parseBlocksFound('<html>no</html>'), null);
  fc.assert(fc.property(fc.string(), (any) => parseBlocksFound(any) !== undefined));
});
