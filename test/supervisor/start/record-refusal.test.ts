import t from 'tap';
import { EXIT } from '../../../src/base/errors.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { readStatus, renderStatus } from '../../../src/state/status/gather.ts';
import { exitCodeFor } from '../../../src/supervisor/start/exit-code.ts';
import { CLI } from '../../cli/run-cli.ts';
import { Stage } from '../stage.ts';

t.test('a supervisor that cannot begin leaves its reason for status', async (t) => {
  const stage = new Stage(t, '[nonsense]\na = 1');
  const { ended } = stage.start([CLI, 'supervise']);
  t.match(await ended, { code: EXIT.config, stderr: /nonsense/ });
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: stage.home } });
  t.notOk(stage.sidecar(), 'without a folder for it there is only the log');
  stage.configure('');
  const first = stage.start();
  await stage.running();
  stage.configure('[nonsense]\na = 1');
  const second = stage.start([CLI, 'supervise']);
  t.equal((await second.ended).code, EXIT.config);
  t.equal(stage.sidecar()?.state, 'running', 'no other process speaks for a living supervisor');
  first.process.kill('SIGTERM');
  await first.ended;
  t.equal((await stage.start([CLI, 'supervise']).ended).code, EXIT.config);
  const status = await readStatus(paths);
  t.match(status, { state: 'failed', stateReason: /nonsense/, gateway: null, children: null });
  t.match(renderStatus(status, { colour: false, width: 100 }), /failed/);
});

t.test('the children of a killed predecessor stay known', async (t) => {
  const stage = new Stage(t);
  const first = stage.start();
  const before = await stage.running();
  stage.configure('[nonsense]\na = 1');
  first.process.kill('SIGKILL');
  await first.ended;
  await stage.start([CLI, 'supervise']).ended;
  t.match(stage.sidecar(), { state: 'failed', children: { miner: { pid: before.children.miner.pid } } });
});

t.test('launchd, which restarts on every code but 0, is told 0 for what it cannot mend', async (t) => {
  const launchd = { XPC_SERVICE_NAME: 'org.pearlctl.supervisor.garage' };
  t.equal(exitCodeFor(EXIT.config, launchd), EXIT.ok);
  t.equal(exitCodeFor(EXIT.unavailable, launchd), EXIT.unavailable);
  t.equal(exitCodeFor(EXIT.config, {}), EXIT.config);
  t.equal(exitCodeFor(EXIT.config, { XPC_SERVICE_NAME: 'com.apple.Terminal' }), EXIT.config);
  const stage = new Stage(t, '[nonsense]\na = 1');
  t.match(await stage.start([CLI, 'supervise'], launchd).ended, { code: EXIT.ok, stderr: /nonsense/ });
});
