import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { runCli } from '../run-cli.ts';

t.test('a pause is kept where nothing runs, and taken back', async (t) => {
  const home = t.testdir();
  mkdirSync(join(home, 'state'));
  const kept = join(home, 'state', 'paused.json');
  const pause = await runCli(['pause'], { home });
  t.match(pause, { code: 0, stdout: /it will start paused.*pearlctl resume/, stderr: '' });
  t.match(JSON.parse(readFileSync(kept, 'utf8')), { reason: 'user' });
  const again = await runCli(['pause', '--json'], { home });
  t.same(JSON.parse(again.stdout), {
    schemaVersion: 1,
    paused: 'user',
    until: null,
    resting: null,
    heard: false,
    kept: true,
  });
  t.match(await runCli(['resume'], { home }), { code: 0, stdout: /not start paused/, stderr: '' });
  t.throws(() => readFileSync(kept), { code: 'ENOENT' });
});

t.test('where nothing runs a stop has nothing to do, and that is no failure', async (t) => {
  const home = t.testdir();
  t.match(await runCli(['stop'], { home }), { code: 0, stdout: 'Nothing was running.\n', stderr: '' });
  const { code, stdout } = await runCli(['stop', '--json'], { home });
  t.same([code, JSON.parse(stdout)], [0, { schemaVersion: 1, active: 'inactive', lostBlockSeconds: null }]);
});

t.test('where nothing ever ran there is nothing to pause', async (t) => {
  const run = await runCli(['pause'], { home: t.testdir() });
  t.match(run, { code: 69, stdout: '', stderr: /^pearlctl: .*\n {2}.*pearlctl run/ });
});
