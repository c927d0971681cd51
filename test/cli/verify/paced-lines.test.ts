import fc from 'fast-check';
import t from 'tap';
import { type BoundedLine, boundedLines } from '../../../src/cli/verify/paced-lines.ts';

async function split(chunks: readonly (Buffer | string)[], limit: number): Promise<(string | null)[]> {
  const lines: BoundedLine[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const line of boundedLines(source(), limit)) lines.push(line);
  return lines.map((line) => line?.toString('latin1') ?? null);
}

t.test('lines are the same however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[a-c]{0,9}$/), { maxLength: 8 }),
      fc.array(fc.nat({ max: 90 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 8 }),
      async (lines, cuts, limit) => {
        const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, i) => text.subarray(places[i], end));
        const expected = lines.map((line) => (line.length > limit ? null : line));
        return JSON.stringify(await split(chunks, limit)) === JSON.stringify(expected);
      },
    ),
  );
});

t.test('a last line without a newline is a line, an empty rest is not', async (t) => {
  t.same(await split(['a\nb'], 10), ['a', 'b']);
  t.same(await split(['a\n'], 10), ['a']);
  t.same(await split(['a\n\n'], 10), ['a', '']);
  t.same(await split(['aaaa\nb\ncccc'], 3), [null, 'b', null]);
  t.same(await split([], 3), []);
});
