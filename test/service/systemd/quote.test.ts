import fc from 'fast-check';
import t from 'tap';
import { quoteAssignment, quoteCommand, quoteWord, unitValue } from '../../../src/service/systemd/quote.ts';

t.test('words are quoted only where they must be', async (t) => {
  for (const [value, quoted] of [
    ['/usr/bin/true', '/usr/bin/true'],
    ['', '""'],
    ['a b', '"a b"'],
    [';', '";"'],
    ['50%', '"50%%"'],
    ['"x"', '"\\"x\\""'],
    ["it's", '"it\'s"'],
    ['back\\slash', '"back\\\\slash"'],
    ['~', '"~"'],
    ['*', '"*"'],
    ['grüß', '"grüß"'],
  ] as const) {
    t.equal(quoteWord(value), quoted);
  }
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are systemd's variables.
t.test('a dollar anywhere turns variable substitution off for the whole line', async (t) => {
  t.equal(quoteCommand(['/bin/echo', '$HOME', '${X}']), ':/bin/echo "$HOME" "${X}"');
  t.equal(quoteCommand(['/opt/a $b/echo']), '":/opt/a $b/echo"');
  t.equal(quoteCommand(['/opt/a b/echo', 'x']), '"/opt/a b/echo" x');
});

// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.

t.test('a relative executable is refused', async (t) => {
  t.throws(() => quoteCommand(['node', 'x']), { code: 'INTERNAL' });
  t.throws(() => quoteCommand([]), { code: 'INTERNAL' });
});

t.test('an executable with quotes in its path is refused, as systemd would', async (t) => {
  for (const path of ['/a"b', "/a'b", '/a\\b']) t.throws(() => quoteCommand([path]), { code: 'INPUT_INVALID' });
});

t.test('an assignment is one word', async (t) => {
  t.equal(quoteAssignment('A', 'b c'), '"A=b c"');
  t.equal(quoteAssignment('A', '$b'), '"A=$b"');
  t.throws(() => quoteAssignment('A B', 'c'), { code: 'INTERNAL' });
});

t.test(
  'values to the end of the line keep quotes, double percent signs and cannot swallow the next line',
  async (t) => {
    t.equal(unitValue('/a "b" 50%'), '/a "b" 50%%');
    t.throws(() => unitValue('/a\\'), { code: 'INPUT_INVALID' });
    t.throws(() => unitValue(' /a'), { code: 'INPUT_INVALID' });
    t.throws(() => unitValue(''), { code: 'INPUT_INVALID' });
  },
);

t.test('control characters and broken Unicode are refused', async (t) => {
  for (const value of ['a\nb', 'a\rb', 'a\0b', 'a\tb', 'a\u007fb', 'a\ud800b']) {
    t.throws(() => quoteWord(value), { code: 'INPUT_INVALID' });
    t.throws(() => unitValue(value), { code: 'INPUT_INVALID' });
  }
});

/** The reading side of systemd.syntax(7) for what `quoteWord` writes: quotes, backslash pairs, doubled percent signs. */
function readWords(line: string): string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/gu)) {
    const text = match[2] ?? match[1]?.replaceAll(/\\(.)/gu, '$1') ?? '';
    words.push(text.replaceAll('%%', '%'));
  }
  return words;
}

t.test('any words come back as they were', async () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), (words) => {
      const back = readWords(words.map(quoteWord).join(' '));
      return JSON.stringify(back) === JSON.stringify(words);
    }),
  );
});
