// What the demo tells of two observations, one after the other.
import t from 'tap';
import { narrate } from '../../../src/cli/demo/narration.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';
import { RUNNING } from '../../state/status/facts.ts';

const status = deriveStatus(RUNNING);
const solved = (proof: string) => ledgerEntry(proof, { result: 'dropped', reason: 'its job is solved' });
const block = (proof: string, height: number) =>
  ledgerEntry(proof, { result: 'accepted', block: true, height, reason: null });

t.test('every block is told, and what became of other proofs once each', async (t) => {
  const first = { status, ledger: [solved('1'), block('2', 1), solved('3'), solved('4')] };
  const news = narrate({ status, ledger: [] }, first);
  t.strictSame(news, [
    'proof    dropped: its job is solved (more of these are only counted)',
    'block    number 1 accepted at height 1',
  ]);
  const refused = ledgerEntry('6', { result: 'rejected', reason: 'high hash' });
  t.strictSame(narrate(first, { status, ledger: [...first.ledger, solved('5'), refused, block('7', 2)] }), [
    'proof    rejected: high hash (more of these are only counted)',
    'block    number 2 accepted at height 2',
  ]);
});

t.test('at the first look, state, processes and job are news, and at the next none', async (t) => {
  const now = { status, ledger: [] };
  t.strictSame(
    narrate(null, now).map((line) => line.split(' ', 1)[0]),
    ['state', 'gateway', 'miner', 'job'],
  );
  t.strictSame(narrate(now, now), []);
});
