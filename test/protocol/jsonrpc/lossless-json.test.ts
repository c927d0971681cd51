import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { exactInteger, MAX_U256, smallInteger } from '../../../src/protocol/jsonrpc/exact-integer.ts';
import {
  ExactNumber,
  isJsonObject,
  type JsonValue,
  MAX_DEPTH,
  parseJson,
  stringifyJson,
} from '../../../src/protocol/jsonrpc/lossless-json.ts';

/** What `JSON.parse` would have made of it. */
function plain(value: JsonValue): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (isJsonObject(value)) {
    // `fromEntries` defines, where an assignment to `__proto__` would set the prototype.
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

t.test('any document means what the built-in parser says it means', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        assert.deepEqual(JSON.stringify(plain(parseJson(text))), JSON.stringify(JSON.parse(text)));
      }),
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
        assert.deepEqual(JSON.stringify(plain(parseJson(text))), JSON.stringify(JSON.parse(text)));
      }),
    ),
  );
});

t.test('what is not JSON for the built-in parser is not JSON here', async (t) => {
  const mutated = fc
    .tuple(
      fc.json({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '-', '0', 'e', '\u0001', 'x'),
    )
    .map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place);
    });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(mutated, (text) => {
        assert.equal(accepts(parseJson, text), accepts(JSON.parse, text), text);
      }),
      { numRuns: 2000 },
    ),
  );
  for (const text of [
    '',
    ' ',
    '01',
    '1.',
    '.5',
    '+1',
    '-',
    '1e',
    'tru',
    'nulll',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "'a'",
    '"\\x"',
  ]) {
    t.throws(() => parseJson(text), SyntaxError, text);
  }
});

function accepts(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

t.test('arbitrary text never breaks it in another way than by a SyntaxError', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          parseJson(text);
        } catch (error) {
          assert.ok(error instanceof SyntaxError);
        }
      }),
      { numRuns: 2000 },
    ),
  );
});

t.test('numbers keep their own text, however large, both ways', async (t) => {
  for (const text of [
    '6901746346790563787434755862277025452451108972170386555162524223799296',
    '1.50',
    '1e400',
    '-0',
    '0.1',
  ]) {
    t.equal(stringifyJson(parseJson(`{"a":[${text}]}`)), `{"a":[${text}]}`);
  }
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_U256 }), (integer) => {
        assert.equal(exactInteger(parseJson(stringifyJson(integer))), integer);
      }),
    ),
  );
});

t.test('an integer may be spelled with a fraction or an exponent, if it is one', async (t) => {
  const cases: [string, bigint | null][] = [
    ['6.901746346790564e+69', 6_901_746_346_790_564n * 10n ** 54n],
    ['1.0', 1n],
    ['100e-2', 1n],
    ['-5', -5n],
    ['1.5', null],
    ['1e-1', null],
    ['1e999999999', null],
    ['1'.repeat(100_000), null],
  ];
  for (const [text, integer] of cases) t.equal(exactInteger(parseJson(text)), integer, text.slice(0, 30));
  t.equal(exactInteger('5'), null);
  t.equal(smallInteger(parseJson('3'), 1, 3), 3);
  t.equal(smallInteger(parseJson('4'), 1, 3), null);
});

t.test('nesting is bounded, and a megabyte of brackets is refused at once', async (t) => {
  t.ok(parseJson('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH)));
  t.throws(() => parseJson('['.repeat(MAX_DEPTH + 1) + ']'.repeat(MAX_DEPTH + 1)), SyntaxError);
  for (const unit of ['[', '{"a":', '[{"":[', '"\\', '"\\\\']) {
    const started = performance.now();
    t.throws(() => parseJson(unit.repeat((1 << 20) / unit.length)), SyntaxError);
    t.ok(performance.now() - started < 2000, `${unit} took its time`);
  }
});

t.test('a member called __proto__ is a member, and the last of two equal keys wins', async (t) => {
  const value = parseJson('{"__proto__":{"x":1},"a":1,"a":2}') as { [key: string]: JsonValue };
  t.strictSame(Object.keys(value), ['__proto__', 'a']);
  t.equal(value.x, undefined);
  t.equal(stringifyJson(value), '{"__proto__":{"x":1},"a":2}');
});
