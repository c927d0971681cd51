import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeFolder } from '../../src/base/private-folder.ts';

t.test('a folder is made with those above it, each with the mode asked for', async (t) => {
  const root = t.testdir();
  t.equal(makeFolder(join(root, 'a', 'b', 'c'), 0o700), true);
  for (const path of ['a', 'a/b', 'a/b/c']) t.equal(statSync(join(root, path)).mode & 0o777, 0o700, path);
});

t.test('an existing folder keeps its mode', async (t) => {
  const folder = join(t.testdir(), 'here');
  mkdirSync(folder, { mode: 0o750 });
  t.equal(makeFolder(folder, 0o700), false);
  t.equal(statSync(folder).mode & 0o777, 0o750);
});

t.test('what cannot be made is an error', async (t) => {
  const root = t.testdir();
  writeFileSync(join(root, 'file'), '');
  t.throws(() => makeFolder(join(root, 'file'), 0o700), { code: 'EEXIST' });
  t.throws(() => makeFolder(join(root, 'file', 'below'), 0o700), { code: 'ENOTDIR' });
});

t.test(
  'a file system that says ENOENT to every new entry ends in an error, not in a loop',
  { skip: existsSync('/proc/self') ? false : 'no /proc here' },
  async (t) => {
    t.throws(() => makeFolder('/proc/pearlctl/state', 0o700), { code: 'ENOENT' });
  },
);
