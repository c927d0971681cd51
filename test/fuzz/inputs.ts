// Bad inputs: good ones cut, doubled, patched and mixed, and bytes and text from nowhere.
import fc from 'fast-check';

/** Bytes from nowhere, text from nowhere, deep nesting, and good inputs that were damaged in up to six places. */
export function inputFrom(seeds: readonly (string | Buffer)[]): fc.Arbitrary<Buffer> {
  const good = fc.constantFrom(...seeds.map((seed) => Buffer.from(seed as string)));
  const damage = fc.record({
    kind: fc.constantFrom('cut', 'double', 'flip', 'insert', 'swap'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((a) => Buffer.from(a)),
      fc.constantFrom(...TRICKS),
    ),
  });
  const damaged = fc
    .tuple(good, fc.array(damage, { minLength: 1, maxLength: 6 }))
    .map(([start, damages]) => damages.reduce(hurt, start));
  return fc.oneof(
    { weight: 6, arbitrary: damaged },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((a) => Buffer.from(a)) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 500 }).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...TRICKS, Buffer.from('['.repeat(50_000)), Buffer.from('a'.repeat(100_000))),
    },
  );
}

/** What parsers have fallen over before. */
const TRICKS = [
  '',
  '\u0000',
  '\ufeff',
  '\r',
  '__proto__',
  '{"__proto__":{"a":1}}',
  'constructor',
  '1e999',
  '-0',
  '-1',
  'NaN',
  '99999999999999999999',
  '"\\ud800"',
  '\u{1f600}',
  '%s%n',
  '[',
  '=',
  '[]=',
  '\n\n\n',
  '&a;',
  '<!DOCTYPE a [<!ENTITY a "&a;&a;">]>',
  '\u001b[2J',
].map((text) => Buffer.from(text));

interface Damage {
  kind: string;
  at: number;
  length: number;
  bytes: Buffer;
}

function hurt(input: Buffer, { kind, at, length, bytes }: Damage): Buffer {
  const from = Math.floor(at * input.length);
  const to = Math.min(input.length, from + length);
  switch (kind) {
    case 'cut':
      return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
    case 'double':
      return Buffer.concat([input.subarray(0, to), input.subarray(from)]);
    case 'flip': {
      const copy = Buffer.from(input);
      const byte = copy[from];
      if (byte !== undefined) copy[from] = byte ^ (1 << (length % 8));
      return copy;
    }
    case 'insert':
      return Buffer.concat([input.subarray(0, from), bytes, input.subarray(from)]);
    default:
      return Buffer.concat([input.subarray(0, from), bytes, input.subarray(to)]);
  }
}
