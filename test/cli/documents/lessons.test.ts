import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';

const LESSONS = readFileSync(new URL('../../../docs/lessons.md', import.meta.url), 'utf8');

t.test('each lesson names tests that are there, or says what is refused', async (t) => {
  const rows = LESSONS.split('\n').filter((line) => /^\| \d+ \|/.test(line));
  t.same(
    rows.map((row) => Number(row.split('|')[1])),
    Array.from({ length: 45 }, (_, index) => index + 1),
  );
  for (const row of rows) {
    const [, number, , , shown = ''] = row.split('|');
    const files = [...shown.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file]) => file ?? '');
    t.ok(files.length > 0, `row ${number}`);
    for (const file of files) t.ok(existsSync(new URL(`../../../${file}`, import.meta.url)), file);
  }
});
