// A verdict that was unknown, and that the chain decided later: in the files, the sums, the figures and the list.
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { undecidedProofs } from '../../../src/gateway/ledger/undecided.ts';
import { verdictMessage } from '../../../src/gateway/verdict-message.ts';
import { readCheckpoint, writeCheckpoint } from '../../../src/state/ledger/checkpoint.ts';
import { parseEntry, renderEntry } from '../../../src/state/ledger/entry.ts';
import { LedgerOverview, overviewDocument } from '../../../src/state/ledger/ledger-overview.ts';
import { sumLedger } from '../../../src/state/ledger/sum-ledger.ts';
import { tallyOf } from '../../../src/supervisor/figures/tally.ts';
import { WorkFigures } from '../../../src/supervisor/figures/work-figures.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';

const NOW = Date.parse('2026-01-05T00:00:00.000Z');
const awaited = { header: '00'.repeat(76), commitment: 'c'.repeat(64) };
const unknown = ledgerEntry('a', { awaited, block: true });
const accepted = ledgerEntry('a', {
  time: '2026-01-02T00:00:00.000Z',
  result: 'accepted',
  reason: null,
  block: true,
  corrects: 'unknown',
});

function ledgerOf(t: Test, entries: readonly (typeof unknown)[]): string {
  return join(t.testdir({ 'shares.jsonl': entries.map(renderEntry).join('') }), 'shares.jsonl');
}

t.test(
  'a verdict is undecided for a week, where its line has by what the block is found, and none corrects it',
  async (t) => {
    const at = (time: string, proof: string) => ledgerEntry(proof, { awaited, time });
    const entries = [
      at('2025-12-28T00:00:00.000Z', 'a'),
      ledgerEntry('b'),
      at('2026-01-01T00:00:00.000Z', 'c'),
      at('2026-01-01T00:00:01.000Z', 'd'),
      { ...accepted, proof: at('', 'c').proof },
    ];
    const path = ledgerOf(t, entries);
    t.match(await undecidedProofs(path, NOW), [{ proof: at('', 'd').proof, awaited }]);
    t.same(await undecidedProofs(join(t.testdirName, 'absent.jsonl'), NOW), []);
    const many = Array.from({ length: 100 }, (_, index) => at('2026-01-01T00:00:00.000Z', index.toString(16)));
    t.match(
      (await undecidedProofs(ledgerOf(t, many), NOW)).map(({ proof }) => Number.parseInt(proof, 16)),
      Array.from({ length: 32 }, (_, index) => 68 + index),
      'and no more than the youngest are looked for',
    );
  },
);

t.test('what corrects a verdict counts in its place, in sums, figures and the list', async (t) => {
  t.same(parseEntry(Buffer.from(renderEntry(accepted))), accepted);
  const { owners } = await sumLedger(ledgerOf(t, [unknown, accepted]));
  const once = { accepted: 1, rejected: 0, stale: 0, dropped: 0, unknown: 0, submitted: 1 };
  t.match(tallyOf(owners), { shares: once, blocks: { accepted: 1 } });
  const figures = new WorkFigures(tallyOf((await sumLedger(ledgerOf(t, [unknown]))).owners));
  t.match(figures.at(0).shares, { unknown: 1, accepted: 0, found: 1 });
  t.ok(figures.count(verdictMessage(accepted)));
  t.match(figures.at(0).shares, { ...once, found: 1, inFlight: 0 });
  const overview = new LedgerOverview(10);
  for (const entry of [unknown, ledgerEntry('b'), accepted]) overview.add(entry);
  t.match(overview.totals, { byResult: { accepted: 1, unknown: 1 }, blocks: 1 });
  t.match(overviewDocument(overview), { shares: [{ result: 'unknown' }, { result: 'accepted' }] });
  t.notMatch(JSON.stringify(overviewDocument(overview)), /awaited|corrects/);
});

t.test('a correction whose line was taken away leaves no sum below zero', async (t) => {
  const path = ledgerOf(t, [accepted]);
  const { owners } = await sumLedger(path);
  t.match(tallyOf(owners), { shares: { accepted: 1, unknown: 0, submitted: 1 } });
  writeCheckpoint(path, { counted: null, owners });
  t.match((await readCheckpoint(path)).owners, [{ byResult: { accepted: 1, unknown: 0 } }]);
});
