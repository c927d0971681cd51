import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { checkFolders } from '../../../src/supervisor/start/folder-trust.ts';
import { CLI } from '../../cli/run-cli.ts';
import { Stage } from '../stage.ts';

const FOLDERS = ['state', 'run', 'logs'];

t.test('a folder that others may write to is refused at the start, with what to type', async (t) => {
  for (const name of FOLDERS) {
    const stage = new Stage(t);
    const folder = stage.path(name);
    mkdirSync(folder);
    for (const mode of name === 'state' ? [0o770, 0o707, 0o1777] : [0o770]) {
      chmodSync(folder, mode);
      const { ended } = stage.start([CLI, 'supervise']);
      const { code, stderr } = await ended;
      t.equal(code, 77, `${name} ${mode.toString(8)}`);
      t.match(stderr, `ther users may write in ${folder}`);
      t.match(stderr, `chmod go-w ${folder}`);
    }
    t.notOk(existsSync(stage.path('run', 'mining.json')), 'nothing was started');
  }
});

t.test('a folder of another account is refused', { skip: process.getuid?.() !== 0 && 'needs root' }, async (t) => {
  for (const name of FOLDERS) {
    const stage = new Stage(t);
    const folder = stage.path(name);
    mkdirSync(folder);
    chownSync(folder, 65_534, 65_534);
    const { code, stderr } = await stage.start([CLI, 'supervise']).ended;
    t.equal(code, 77, name);
    t.match(stderr, `${folder} belongs to another user (65534)`);
    t.match(stderr, `chown 0 ${folder}`);
  }
});

t.test('folders that others may read are their owner’s decision, and those we make are private', async (t) => {
  const stage = new Stage(t);
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });
  t.doesNotThrow(() => checkFolders(paths), 'none is there yet');
  mkdirSync(join(stage.home, 'state'));
  chmodSync(join(stage.home, 'state'), 0o755);
  stage.start();
  await stage.running();
  for (const name of ['run', 'logs']) t.equal(statSync(stage.path(name)).mode & 0o777, 0o700, name);
  t.equal(statSync(stage.path('state')).mode & 0o777, 0o755);
});
