import fc from 'fast-check';
import t from 'tap';
import { diffLines, wrapWords } from '../../src/base/text-lines.ts';
import { compareVersions } from '../../src/service/plan/versions.ts';

t.test('words are wrapped at the last column that fits, and a longer word stays whole', async (t) => {
  t.same(wrapWords('ab cd', 5), ['ab cd']);
  t.same(wrapWords('ab cd', 4), ['ab', 'cd']);
  t.same(wrapWords('a address-of-a-pool b', 5), ['a', 'address-of-a-pool', 'b']);
  t.same(wrapWords('', 5), ['']);
});

t.test('equal texts have no difference, a new text is all additions', async (t) => {
  t.same(diffLines('a\nb\n', 'a\nb\n'), []);
  t.same(diffLines('', 'a\n\nb\n'), ['+ a', '+', '+ b']);
});

t.test('a changed line is shown with its surroundings, and what is far away is left out', async (t) => {
  const before = Array.from({ length: 12 }, (_, index) => `line ${index}`).join('\n');
  t.same(diffLines(before, before.replace('line 6', 'other')), [
    '…',
    '  line 4',
    '  line 5',
    '- line 6',
    '+ other',
    '  line 7',
    '  line 8',
    '…',
  ]);
});

t.test('what is taken away and added always makes one text out of the other', async () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', '')).map((lines) => lines.map((line) => `${line}\n`).join(''));
  const count = (lines: string[], line: string): number => lines.filter((other) => other === line).length;
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = diffLines(before, after);
      return ['a', 'b', 'c'].every(
        (line) =>
          count(before.split('\n'), line) + count(diff, `+ ${line}`) - count(diff, `- ${line}`) ===
          count(after.split('\n'), line),
      );
    }),
  );
});

t.test('versions are ordered as semver.org says', async (t) => {
  const ordered = [
    '0.9.0',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries())
      t.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} and ${b}`);
  }
  t.equal(compareVersions('1.0.0+a', '1.0.0+b'), 0);
});
