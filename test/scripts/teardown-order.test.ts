// What a test started may still write into the folder of the test: it is stopped before the folder goes.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const seen: boolean[] = [];

t.test('a test that asks for its folder first', async (t) => {
  const folder = t.testdir();
  t.teardown(() => seen.push(existsSync(folder)));
  t.teardown(() => writeFileSync(join(folder, 'late'), ''));
});

t.test('and one within another', async (t) => {
  await t.test('has its folder', async (t) => {
    const folder = t.testdir();
    t.teardown(() => seen.push(existsSync(folder)));
  });
});

t.test('had it until what it started was stopped', async (t) => {
  t.same(seen, [true, true]);
});
