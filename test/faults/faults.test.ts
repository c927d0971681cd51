// The quick rows of the fault matrix; `npm run faults` plays them all.
import t from 'tap';
import { MATRIX } from './matrix.ts';
import { play } from './play.ts';
import { renderReport, rowsMissing, withRows } from './report.ts';
import type { Result } from './row.ts';

t.jobs = 3;
// Half a minute on two idle cores; the runner's own limit is for files that only compute.
t.setTimeout(300_000);

for (const row of MATRIX.filter(({ quick }) => quick)) {
  t.test(`${row.fault}, ${row.moment}: ${row.expected}`, async (t) => {
    const { seen, skipped, unaccounted, orphans, filesLeft } = await play(row);
    if (skipped !== null) {
      t.pass(skipped, { skip: skipped });
      return;
    }
    t.equal(seen, row.expected);
    t.equal(unaccounted, 0, 'every block is in chain and ledger');
    t.equal(orphans, 0, 'no process is left');
    t.same(filesLeft, [], 'no file is left');
  });
}

t.test('no two rows have the same words', async (t) => {
  const words = MATRIX.map(({ fault, moment }) => `${fault} | ${moment}`);
  t.equal(new Set(words).size, words.length);
});

t.test('a row that came out otherwise stands out in the report', async (t) => {
  const row = {
    fault: 'a | b',
    moment: 'ready',
    expected: 'running',
    play: async () => ({ state: '', recoveryMs: null }),
  };
  const good: Result = {
    row,
    passed: true,
    skipped: null,
    seen: 'running',
    recoveryMs: 1234,
    unaccounted: 0,
    orphans: 0,
    filesLeft: [],
  };
  const bad = { ...good, passed: false, seen: 'exit 1', orphans: 2 };
  const skipped = { ...good, skipped: 'needs root' };
  const text = renderReport([good, bad, skipped], { description: 'here', date: '2026-01-01', seconds: 5 }, '# Words\n');
  t.match(text, '| a \\| b | ready | running | running | 1.2 s | 0 | 0 | 0 |');
  t.match(text, '| **exit 1** | 1.2 s | 0 | 2 | 0 |');
  t.match(text, '| skipped: needs root | – |');
  t.match(text, '2 rows played in 5 s, 1 as expected, 1 not, 1 skipped; 0 shares unaccounted for, 2 orphans');
});

t.test('rows that the report lacks go where the matrix has them', async (t) => {
  const rows = ['a', 'b | c', 'd'].map((fault) => ({
    fault,
    moment: 'ready',
    expected: 'running',
    play: async () => ({ state: '', recoveryMs: null }),
  }));
  const [first, second, third] = rows.map(
    (row): Result => ({
      ...{ row, passed: true, skipped: null, seen: 'running', recoveryMs: null },
      ...{ unaccounted: 0, orphans: 0, filesLeft: [] },
    }),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error('no rows');
  const machine = { description: 'here', date: '2026-01-01', seconds: 5 };
  const report = renderReport([first, third], machine, '# Words\n');
  t.same(rowsMissing(report, rows), [second.row]);
  const merged = withRows(report, rows, [second], '2026-02-02');
  t.match(merged, /2 rows played in 5 s[\s\S]*\n\nAdded on 2026-02-02: 1 row, 1 as expected\.\n\n\| Fault/);
  t.equal(
    merged.replace(/Added on .*\n\n/, '').replace('2 rows played in 5 s, 2 as', '3 rows played in 5 s, 3 as'),
    renderReport([first, second, third], machine, '# Words\n'),
  );
  t.same(rowsMissing(merged, rows), []);
});
