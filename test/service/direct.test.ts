// Acting on a supervisor without a service manager: the socket first, signals where it is lost. Whether it was the one or the
// other stands in the supervisor's own log.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import t from 'tap';
import { asFix, fixText } from '../../src/base/fix.ts';
import { type Paths, resolvePaths } from '../../src/config/paths.ts';
import { native } from '../../src/native/native.ts';
import { reloadDirectly, reloadRemainder, stopDirectly } from '../../src/service/direct.ts';
import { judgeLife } from '../../src/state/life.ts';
import { until } from '../fixtures/until.ts';
import { Stage } from '../supervisor/stage.ts';

const LIMIT_MS = 30_000;

async function running(stage: Stage): Promise<Paths> {
  await stage.running();
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });
  await until('the socket', () => existsSync(paths.controlSocket));
  return paths;
}

function pidOf(paths: Paths): number {
  const life = judgeLife(paths, native);
  return life.kind === 'alive' ? life.pid : 0;
}

/** The supervisor cannot listen where a folder stands, and so cannot get its socket back. */
async function loseSocket(paths: Paths): Promise<void> {
  const folder = dirname(paths.controlSocket);
  await until('a file in the place of its folder', () => {
    rmSync(folder, { recursive: true });
    // The supervisor may have made the folder again.
    writeFileSync(folder, '');
    return true;
  });
}

t.test('stop is asked over the socket', async (t) => {
  const stage = new Stage(t);
  const { ended } = stage.start();
  const paths = await running(stage);
  t.equal(await stopDirectly(paths, LIMIT_MS), true);
  t.equal((await ended).code, 0);
  t.match(stage.log(), /asked over the control socket/);
  t.equal(judgeLife(paths, native).kind, 'dead');
  t.equal(await stopDirectly(paths, LIMIT_MS), false, 'what is stopped can be stopped again');
});

t.test('without its socket it is stopped by a signal', async (t) => {
  const stage = new Stage(t);
  const { ended } = stage.start();
  const paths = await running(stage);
  await loseSocket(paths);
  await stopDirectly(paths, LIMIT_MS);
  t.equal((await ended).code, 0);
  t.match(stage.log(), /stopping: SIGTERM/);
});

t.test('reload gives the supervisor’s own answer', async (t) => {
  const stage = new Stage(t);
  stage.start();
  const paths = await running(stage);
  await reloadDirectly(paths);
  t.equal(reloadRemainder(paths), null);
  stage.configure('[logs]\nlevel = warn');
  await reloadDirectly(paths);
  const remainder = reloadRemainder(paths);
  t.match(remainder, { text: /\[logs\] level/ });
  t.match(fixText(asFix(remainder?.fix ?? '')), /^pearlctl stop/);
  await reloadDirectly(paths);
  t.match(reloadRemainder(paths), { text: /\[logs\] level/ }, 'saying it twice does not make it so');
  stage.configure('[service]\ncpu_weight = 7');
  await reloadDirectly(paths);
  t.equal(
    reloadRemainder(paths),
    null,
    'what is taken back is in force, and without a service there is none to change',
  );
  stage.configure('[nonsense]\na = 1');
  await t.rejects(reloadDirectly(paths), { code: 'CONFIG_INVALID', hint: /./ });
  t.equal(stage.sidecar()?.state, 'running', 'it goes on as before');
  await t.rejects(
    reloadDirectly(paths, { mainPid: pidOf(paths) }),
    { code: 'CONFIG_INVALID' },
    'also in the words of ExecReload=',
  );
});

t.test('without its socket it is reloaded by a signal, or the way that is given', async (t) => {
  const stage = new Stage(t);
  stage.start();
  const paths = await running(stage);
  await loseSocket(paths);
  await reloadDirectly(paths);
  stage.configure('[nonsense]\na = 1');
  await t.rejects(reloadDirectly(paths), { code: 'CONFIG_INVALID' });
  stage.configure('');
  let asked = 0;
  const signal = async (): Promise<void> => {
    asked += 1;
    process.kill(pidOf(paths), 'SIGHUP');
  };
  await reloadDirectly(paths, { signal });
  t.equal(asked, 1);
  process.kill(pidOf(paths), 'SIGSTOP');
  await t.rejects(reloadDirectly(paths, { limitMs: 300 }), { code: 'NO_ANSWER', hint: /pearlctl status/ });
  process.kill(pidOf(paths), 'SIGCONT');
});
