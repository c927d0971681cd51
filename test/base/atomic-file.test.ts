import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { removeTemporaries, writeFileAtomically } from '../../src/base/atomic-file.ts';

t.test('what a killed writer left is removed, and nothing else', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'mining.json');
  const foreign = [
    '.mining.json-abc',
    '.mining.json-0123456789abx',
    '.other.json-0123456789ab',
    'mining.json-0123456789ab',
  ];
  for (const name of ['.mining.json-0123456789ab', ...foreign]) writeFileSync(join(folder, name), '');
  writeFileAtomically(path, 'x', { mode: 0o600, durable: false });
  removeTemporaries(path);
  t.same(readdirSync(folder).sort(), [...foreign, 'mining.json'].sort());
  removeTemporaries(join(folder, 'nowhere', 'mining.json'));
});
