// The same patterns as the native core's: both are held to the public vectors.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { patternBytes, patternOf } from '../../src/protocol/patterns.ts';

interface Vectors {
  valid: { bytes: string; indices: number[]; size: number; period: number; max: number }[];
  invalid_indices: { indices: number[]; why: string }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/patterns.json', import.meta.url), 'utf8'));

t.test('every valid pattern of the vectors has its size, period, largest index and bytes', async (t) => {
  t.ok(vectors.valid.length > 20);
  for (const { bytes, indices, size, period, max } of vectors.valid) {
    t.same(patternOf(indices), { size, period, max }, bytes);
    t.equal(patternBytes(indices)?.toString('hex'), bytes);
  }
});

for (const { indices, why } of vectors.invalid_indices) {
  t.test(`indices that are invalid because ${why} (${indices.slice(0, 8)}) are refused with a reason`, async (t) => {
    t.type(patternOf(indices), 'string');
    t.equal(patternBytes(indices), null);
  });
}
