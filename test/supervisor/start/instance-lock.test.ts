// A lock whose file was deleted is made again, also while another process only looks at the new one.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { native } from '../../../src/native/native.ts';
import { InstanceLock } from '../../../src/supervisor/start/ground.ts';

t.test('it is lost to a process that has it look after look, not to one that has it once', async (t) => {
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: t.testdir() } });
  mkdirSync(dirname(paths.lockFile), { recursive: true, mode: 0o700 });
  const lock = InstanceLock.acquire(paths);
  t.teardown(() => lock.release());
  const taken = () => {
    rmSync(paths.lockFile);
    return native().lockFile(paths.lockFile);
  };
  let other = taken();
  t.same([lock.restore(), lock.restore()], [true, true]);
  other?.release();
  t.ok(lock.restore());
  other = taken();
  t.same([lock.restore(), lock.restore(), lock.restore()], [true, true, false]);
  other?.release();
});
