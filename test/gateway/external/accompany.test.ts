import { once } from 'node:events';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../src/config/configuration.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { accompany } from '../../../src/gateway/external/accompany.ts';
import type { ChildMessage } from '../../../src/protocol/channel/messages.ts';
import { type LedgerEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';

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

t.test('a proof that a killed supervisor had under way is told and written down by the next', async (t) => {
  const home = t.testdir({ state: { 'shares.pending.jsonl': renderEntry(LEFT) } });
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: home } });
  const config = parseConfig('network = regtest\n[gateway]\nkind = attached\nport = 1\n', 'pearlctl.ini');
  const messages: ChildMessage[] = [];
  const told = new EventTarget();
  const verdict = once(told as never, 'verdict');
  const emit = (message: ChildMessage) => {
    messages.push(message);
    if (message.type === 'verdict') told.dispatchEvent(new Event('verdict'));
  };
  const companion = accompany(config, paths, {}, 'http://127.0.0.1:1', emit, () => {});
  await verdict;
  companion.close();
  t.match(
    messages.filter(({ type }) => type === 'verdict'),
    [{ result: 'unknown', proof: LEFT.proof, recalled: true }],
  );
  const entries: LedgerEntry[] = [];
  const deadline = performance.now() + 30_000;
  while (entries.length === 0 && performance.now() < deadline) {
    for await (const entry of readLedger(join(home, 'state', 'shares.jsonl'))) entries.push(entry);
  }
  t.match(entries, [{ result: 'unknown', proof: LEFT.proof, reason: LEFT.reason }]);
});
