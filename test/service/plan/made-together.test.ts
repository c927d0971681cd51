// Folders above ours that only exist for our sake.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { makeFolder } from '../../../src/base/private-folder.ts';
import { madeTogether } from '../../../src/service/plan/made-together.ts';

t.test('parents made in one go are named, older ones and the home are not', async (t) => {
  const home = t.testdir({ older: {} });
  if (statSync(home).birthtimeMs === 0) {
    t.pass('this file system does not remember when folders were made');
    return;
  }
  makeFolder(join(home, '.local', 'state', 'pearlctl'), 0o700);
  t.same(madeTogether(join(home, '.local', 'state', 'pearlctl'), home), [
    join(home, '.local', 'state'),
    join(home, '.local'),
  ]);
  // The one wait that cannot be for a condition: it is time that separates them.
  await sleep(100);
  makeFolder(join(home, '.local', 'share', 'pearlctl'), 0o700);
  t.same(madeTogether(join(home, '.local', 'share', 'pearlctl'), home), [join(home, '.local', 'share')]);
  mkdirSync(join(home, 'older', 'pearlctl'));
  t.same(madeTogether(join(home, 'older', 'pearlctl'), home), []);
  t.same(madeTogether(join(home, 'none', 'pearlctl'), home), []);
});
