// The line scan: everything that the package `ini` would swallow is refused with its line.
import fc from 'fast-check';
import { parse } from 'ini';
import t from 'tap';
import { ConfigError } from '../../src/config/config-error.ts';
import { scan } from '../../src/config/scan-lines.ts';

function refusal(text: string): ConfigError {
  try {
    scan(text, 'x.ini');
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const refused: [title: string, text: string, line: number | null, says: RegExp][] = [
  ['a section without its bracket', 'network = devnet\n[gateway\n', 2, /closing bracket/],
  ['a section in two brackets', '[[gateway]]', 1, /closing bracket/],
  ['a section without a name', '[]', 1, /no proper name/],
  ['a section with a space', '[ gateway ]', 1, /no proper name/],
  ['something after a section', '[gateway] port = 1', 1, /after the section/],
  ['a comment right after a section', '[gateway];x', 1, /after the section/],
  ['a line without =', 'a = 1\n\nfoo\n', 3, /neither/],
  ['an empty key', '= 1', 1, /no key/],
  ['brackets without a key', '[] = 1', 1, /no proper name/],
  ['a key of two words', 'my key = 1', 1, /not one word/],
  ['a key in quotes', '"key" = 1', 1, /not one word/],
  ['a key set twice', 'a = 1\nb = 2\na = 3', 3, /already in line 1/],
  ['a key set once and once as a list', 'a[] = 1\na = 3', 2, /already in line 1/],
  ['a section that comes twice', '[a]\nx = 1\n[b]\n[a]\ny = 1', 4, /already in line 1/],
  ['a semicolon without white space', 'a = b;c', 1, /contains ;/],
  ['a hash without white space', 'a = b#c', 1, /contains #/],
  ['a backslash without quotes', 'a = b\\c', 1, /contains \\/],
  ['a quote in the middle', 'a = b"c', 1, /contains "/],
  ['quotes that are not closed', 'a = "b', 1, /not closed/],
  ['single quotes that are not closed', "a = 'b", 1, /not closed/],
  ['quotes closed by an escaped one', 'a = "b\\"', 1, /not closed/],
  ['something after the quotes', 'a = "b" c', 1, /after the closing quotes/],
  ['a comment right after the quotes', 'a = "b";c', 1, /after the closing quotes/],
  ['JSON in single quotes', "a = '1e3'", 1, /read as JSON/],
  ['a JSON text in single quotes', 'a = \'"b"\'', 1, /read as JSON/],
  ['a list of JSON in single quotes', "a = '[1]'", 1, /read as JSON/],
  ['a key with the name of a section', 'pool = 1\n[pool]\nurl[] = a', 1, /name of a section/],
  ['a key with the name of a section below', 'a = 1\n[a.b]', 1, /name of a section/],
  ['a key in a section with the name of one', '[a]\nb = 1\n[a.b]', 2, /name of a section/],
  ['an escape that is none', 'a = "\\x"', 1, /backslash/],
  ['an escaped line feed', 'a = "b\\nc"', 1, /U\+000A/],
  ['a zero byte', 'a = b\n\u0000', 2, /U\+0000/],
  ['an escape character, as a terminal takes it', 'a = \u001b[31m', 1, /U\+001B/],
  ['a lone carriage return', 'a = b\rc = d', 1, /U\+000D/],
  ['a Unicode line end', 'a = b\u2028', 1, /U\+2028/],
  ['half a character', 'a = \ud800', 1, /U\+D800/],
  ['a file of 64 KiB and one byte', `;${'x'.repeat(65536)}`, null, /64 KiB/],
];

for (const [title, text, line, says] of refused) {
  t.test(`${title} is refused with the line`, async (t) => {
    const error = refusal(text);
    t.equal(error.code, 'CONFIG_SYNTAX');
    t.equal(error.exitCode, 78);
    t.equal(error.line, line);
    t.match(error.message, says);
    t.match(error.message, line === null ? /^x\.ini: / : new RegExp(`^x\\.ini, line ${line}: `));
    t.match(error.hint ?? '', /./);
  });
}

const values: [text: string, value: string][] = [
  ['a=b', 'b'],
  ['  a  =  b c  ', 'b c'],
  ['a = b   ; comment', 'b'],
  ['a = b\t# comment = 2', 'b'],
  ['a =', ''],
  ['a = ; comment', ''],
  ['a = x=y=z', 'x=y=z'],
  ['a = "b;c # d"', 'b;c # d'],
  ['a = "b \\"c\\" \\\\ \\u00e9"   ; comment', 'b "c" \\ é'],
  ['a = \'b "c" \\ ;\'', 'b "c" \\ ;'],
  ['a = ""', ''],
  ['a = true', 'true'],
  ['a = "null"', 'null'],
  ["a = '12'", '12'],
  ["a = ' b '", ' b '],
  ["a = ''   ; comment", ''],
  ['a = prl1p…', 'prl1p…'],
  ['\uFEFFa = b', 'b'],
  ['a = b\r\n', 'b'],
];

for (const [text, value] of values) {
  t.test(`the value of ${JSON.stringify(text)} is ${JSON.stringify(value)}, and its place is known`, async (t) => {
    const { entries } = scan(text, 'x.ini');
    t.match(entries, [{ section: '', key: 'a', list: false, value, line: 1 }]);
    const [entry] = entries;
    if (entry === undefined) return;
    const written = text.slice(entry.start, entry.end);
    t.ok(written === value || /^["']/.test(written), written);
  });
}

t.test('lists, sections and comments are told apart', async (t) => {
  const text = '; a\n# b\n\nx = 1\n[one] ; c\nurl[] = a\nurl[] = b\n[two.three]\nurl[] = c\n';
  const { sections, entries } = scan(text, 'x.ini');
  t.same(sections, [
    { name: 'one', line: 5 },
    { name: 'two.three', line: 8 },
  ]);
  t.same(
    entries.map(({ section, key, list, value, line }) => [section, key, list, value, line]),
    [
      ['', 'x', false, '1', 4],
      ['one', 'url', true, 'a', 6],
      ['one', 'url', true, 'b', 7],
      ['two.three', 'url', true, 'c', 9],
    ],
  );
});

/** Lines that are near to being right, which random characters never are. */
const piece = fc.constantFrom(
  '[',
  ']',
  '=',
  ';',
  '#',
  '"',
  "'",
  '\\',
  ' ',
  '\t',
  '\n',
  '\r\n',
  'a',
  'b',
  'é',
  '__proto__',
  '.',
  '[]',
  '\u2028',
  '\uFEFF',
  '\u0000',
);
const nearly = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

t.test('no text makes the scan throw anything but its own error, and places are always within the text', async () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), nearly), (text) => {
      try {
        const { entries } = scan(text, 'x.ini');
        return entries.every(({ start, end }) => start >= 0 && start <= end && end <= text.length);
      } catch (error) {
        return error instanceof ConfigError && error.code === 'CONFIG_SYNTAX';
      }
    }),
    { numRuns: 2000 },
  );
});

t.test('a plain value that the scan takes means the same to the package ini', async () => {
  fc.assert(
    fc.property(nearly, (noise) => {
      const text = `key = ${noise.split('\n')[0]}`;
      try {
        const [entry] = scan(text, 'x.ini').entries;
        // The package knows no comment behind quotes, and JSON words only it takes for something else than text.
        if (/^key =\s*["']/.test(text) || entry?.value === '') return true;
        return String(parse(text).key) === entry?.value;
      } catch (error) {
        return error instanceof ConfigError;
      }
    }),
    { numRuns: 1000 },
  );
});

t.test('a file of the largest size is scanned in a moment', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, index) => `k${index.toString(36)}=`).join('\n');
  t.equal(scan(many.slice(0, 65_000).replace(/\n[^\n]*$/, ''), 'x.ini').entries.length > 9000, true);
});
