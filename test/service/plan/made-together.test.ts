// Folders above ours that only exist for our sake.
import { mkdtempSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { makeFolder } from '../../../src/base/private-folder.ts';
import { madeTogether } from '../../../src/service/plan/made-together.ts';
import { until } from '../../fixtures/until.ts';

t.test('parents made in one go are named, older ones and the home are not', (t) => {
  const births = new Map([
    ['/home/ada', 0],
    ['/home/ada/.local', 60_000],
    ['/home/ada/.local/state', 60_040],
    ['/home/ada/.local/state/pearlctl', 60_080],
    ['/home/ada/.local/share', 70_000],
    ['/home/ada/.local/share/pearlctl', 70_000],
    ['/home/ada/older', 69_940],
    ['/home/ada/older/pearlctl', 70_000],
    ['/home/ada/newer', 70_001],
    ['/home/ada/newer/pearlctl', 70_000],
  ]);
  const parentsOf = (folder: string) =>
    madeTogether(`/home/ada/${folder}/pearlctl`, '/home/ada', (path) => births.get(path) ?? null);
  t.same(parentsOf('.local/state'), ['/home/ada/.local/state', '/home/ada/.local']);
  t.same(parentsOf('.local/share'), ['/home/ada/.local/share']);
  t.same(parentsOf('older'), []);
  t.same(parentsOf('newer'), [], 'what came later was not made for it');
  t.same(parentsOf('none'), []);
  t.end();
});

t.test('the file system remembers when they were made', async (t) => {
  const home = t.testdir();
  const remembers = statSync(home).birthtimeMs > 0;
  // A slow disk may come between two of them.
  await until('folders that are made in one go', () => {
    const own = mkdtempSync(join(home, 'home-'));
    const folder = join(own, '.local', 'state', 'pearlctl');
    makeFolder(folder, 0o700);
    const parents = remembers ? [join(own, '.local', 'state'), join(own, '.local')] : [];
    return isDeepStrictEqual(madeTogether(folder, own), parents);
  });
});
