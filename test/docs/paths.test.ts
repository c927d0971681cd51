// The paths that the documents name exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

const ROOT = join(import.meta.dirname, '..', '..');

t.test('each file and folder of the project that a document names is there', async (t) => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ];
  const named = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) => {
      const text = readFileSync(join(ROOT, page), 'utf8');
      return [...text.matchAll(/`((?:src|test|native|scripts|templates)\/[\w./-]*)`/g)].map(([, path = '']) => path);
    });
  t.ok(named.length > 100, `${named.length} are named`);
  t.same(
    [...new Set(named)].filter((path) => !existsSync(join(ROOT, path))),
    [],
  );
});
