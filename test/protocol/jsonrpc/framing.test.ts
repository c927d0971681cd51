import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { type Frame, LineFramer } from '../../../src/protocol/jsonrpc/framing.ts';

const LIMITS = { maxLineBytes: 20, maxDiscardBytes: 100 };

function frames(chunks: readonly Buffer[], limits = LIMITS): Frame[] {
  const framer = new LineFramer(limits);
  return [...chunks.flatMap((chunk) => framer.push(chunk)), ...framer.end()];
}

function words(list: readonly Frame[]): string[] {
  return list.map((frame) => (frame.type === 'line' ? frame.bytes.toString('latin1') : `<${frame.type}>`));
}

t.test('lines come out the same however the bytes arrive', async (t) => {
  const stream = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 12 });
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 10 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(stream, cuts, (lines, at) => {
        const whole = Buffer.concat(lines.map((line) => Buffer.concat([line, Buffer.from('\n')])));
        const places = [...new Set(at.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) => whole.subarray(from, places[index] ?? whole.length));
        const wide = { ...LIMITS, maxDiscardBytes: 1e6 };
        assert.deepEqual(words(frames(chunks, wide)), words(frames([whole], wide)));
      }),
    ),
  );
});

t.test('a line of exactly the limit passes, one byte more does not, and the next line is read', async (t) => {
  t.strictSame(words(frames([Buffer.from(`${'a'.repeat(20)}\n${'b'.repeat(21)}\nc\n`)])), [
    'a'.repeat(20),
    '<oversize>',
    'c',
  ]);
});

t.test('an oversize line is reported once, as soon as it is known', async (t) => {
  const framer = new LineFramer(LIMITS);
  t.strictSame(words(framer.push(Buffer.alloc(21, 97))), ['<oversize>']);
  t.strictSame(words(framer.push(Buffer.alloc(21, 97))), []);
  t.equal(framer.heldBytes, 0);
  t.strictSame(words(framer.push(Buffer.from('a\nok\n'))), ['ok']);
});

t.test('too much of it is a flood, after which nothing follows', async (t) => {
  const framer = new LineFramer(LIMITS);
  framer.push(Buffer.alloc(90, 97));
  framer.push(Buffer.from('\n'));
  t.strictSame(words(framer.push(Buffer.alloc(60, 97))), ['<oversize>', '<flood>']);
  t.strictSame(words(framer.push(Buffer.from('\nok\n'))), []);
  t.strictSame(words(framer.end()), []);
});

t.test('a half line at the end counts as a line, nothing as none', async (t) => {
  t.strictSame(words(frames([Buffer.from('a\nhalf')])), ['a', 'half']);
  t.strictSame(words(frames([Buffer.from('a\n')])), ['a']);
  t.strictSame(words(frames([])), []);
});

t.test('it never holds more than a line of the limit', async (t) => {
  const framer = new LineFramer(LIMITS);
  for (let sent = 0; sent < 90; sent += 7) {
    framer.push(Buffer.alloc(7, 97));
    t.ok(framer.heldBytes <= LIMITS.maxLineBytes);
  }
});
