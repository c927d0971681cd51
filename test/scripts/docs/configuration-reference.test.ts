// The document of all keys is what the table says.
import { readFileSync } from 'node:fs';
import t from 'tap';
import { EFFECT_WORDS, renderReference } from '../../../scripts/docs/configuration-reference.ts';
import { isOverride, sectionTitle, TABLE } from '../../../src/config/key-names.ts';

t.test('docs/configuration.md is up to date (npm run docs makes it)', async (t) => {
  t.equal(readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8'), renderReference());
});

t.test('every section and key is in it, once under its section, with what a change takes', async (t) => {
  const sections = renderReference().split(/^## /m);
  for (const [name, section] of TABLE) {
    const title = name === '' ? 'Before' : sectionTitle(name, section);
    const part = sections.find((one) => one.startsWith(title)) ?? '';
    const rows = part.split('\n').filter((line) => line.startsWith('| `'));
    const keys = isOverride(name, section) ? [] : Object.entries(section.keys);
    t.match(part, section.doc);
    t.same(
      rows.map((row) => [row.slice(0, row.indexOf(' |') + 2), row.slice(row.lastIndexOf(' | ') + 3, -2)]),
      keys.map(([key, { list, effect }]) => [`| \`${key}${list ? '[]' : ''}\` |`, EFFECT_WORDS[effect]]),
    );
  }
});
