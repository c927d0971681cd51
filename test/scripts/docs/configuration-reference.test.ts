// The document of all keys is what the table says.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { renderReference } from '../../../scripts/docs/configuration-reference.ts';
import type { Key } from '../../../src/config/key.ts';
import { SECTIONS } from '../../../src/config/keys.ts';

t.test('docs/configuration.md is up to date (npm run docs makes it)', async (t) => {
  t.equal(readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8'), renderReference());
});

t.test('every section and key is in it, once under its section', async (t) => {
  const sections = renderReference().split(/^## /m);
  for (const [name, { keys }] of Object.entries(SECTIONS)) {
    const part = sections.find((section) => section.startsWith(name === '' ? 'Before' : `[${name}]`)) ?? '';
    const rows = part.split('\n').filter((line) => line.startsWith('| `'));
    const names = Object.entries<Key>(keys).map(([key, { list }]) => `| \`${key}${list ? '[]' : ''}\` |`);
    t.same(
      rows.map((row) => row.slice(0, row.indexOf(' |') + 2)),
      names,
    );
  }
});
