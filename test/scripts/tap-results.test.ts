// The counts of the closing line: each leaf once, and nothing that failed is lost.
import { Readable } from 'node:stream';
import t from 'tap';
import { Tally } from '../../scripts/test/tally.ts';
import { readTap } from '../../scripts/test/tap-results.ts';

function read(lines: readonly string[]) {
  return readTap(Readable.from([['TAP version 14', ...lines, ''].join('\n')]), 'a file');
}

t.test('leaves are counted, and not again by the closing line of their subtest', async (t) => {
  const { results, said } = await read([
    '# Subtest: a test',
    '    ok 1 - first',
    '    not ok 2 - second',
    '    ok 3 - third # SKIP no clock here',
    '    1..3',
    'not ok 1 - a test',
    '1..1',
  ]);
  t.notOk(said.ok);
  t.match(results, { passed: 1, failed: 1, skipped: 1 });
  t.strictSame(
    results.failures.map(({ title }) => title),
    ['a file > a test > second'],
  );
  t.strictSame(results.skips, ['a file > a test > third: no clock here']);
});

t.test(
  'a closing line counts when nothing else said it: a test without assertions, a time-out after passes',
  async (t) => {
    const { results } = await read([
      '# Subtest: a property that just returns',
      '    1..0',
      'ok 1 - a property that just returns',
      '# Subtest: a test that hangs',
      '    ok 1 - first',
      '    1..1',
      'not ok 2 - a test that hangs',
      '  ---',
      '  expired: 240 s',
      '  ...',
      '1..2',
    ]);
    t.match(results, { passed: 2, failed: 1, skipped: 0 });
    t.match(results.failures, [{ title: 'a file > a test that hangs', diagnostics: { expired: '240 s' } }]);
  },
);

t.test('the closing line has what was skipped only where something was, and failures decide the status', async (t) => {
  const tally = new Tally();
  tally.add({ passed: 3 });
  t.equal(tally.closingLine(), '3 passed, 0 failed');
  t.equal(tally.exitStatus(), 0);
  tally.add({ failed: 1, skipped: 2 });
  t.equal(tally.closingLine(), '3 passed, 1 failed, 2 skipped');
  t.equal(tally.exitStatus(), 1);
  tally.ended(null);
  t.equal(tally.exitStatus(), 1, 'a program that a signal ended');
});
