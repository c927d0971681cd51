// A command that comes before the supervisor's control socket listens.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import t, { type Test } from 'tap';
import { resolvePaths } from '../../../src/config/paths.ts';
import { processIdentity } from '../../../src/state/sidecar/identity.ts';
import { SidecarFile } from '../../../src/state/sidecar/sidecar-file.ts';
import type { SidecarRecord } from '../../../src/state/sidecar/sidecar-record.ts';
import { askSupervisor } from '../../../src/supervisor/control/control-client.ts';
import { ControlServer } from '../../../src/supervisor/control/control-server.ts';
import { SIDECAR } from '../../state/status/facts.ts';

/** A home whose supervisor is this process, by its sidecar. */
function homeOf(t: Test, state: SidecarRecord['state']) {
  const paths = resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: t.testdir() } });
  const { controlSocket, sidecarFile, statsFile } = paths;
  for (const file of [sidecarFile, controlSocket]) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const supervisor = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const file = new SidecarFile({ sidecarFile, statsFile, scope: 'user', mirror: null });
  file.write({ ...SIDECAR, supervisor, state, controlSocket });
  return paths;
}

t.test('one that is starting is waited for until its socket listens', async (t) => {
  const paths = homeOf(t, 'starting');
  const asking = askSupervisor(paths, 'pause');
  const actions = { pause: () => ({ paused: 'user' }) };
  const server = new ControlServer(paths.controlSocket, actions as never, () => {});
  t.teardown(() => server.close());
  // The first try to connect, which comes before what follows, finds nothing there.
  await Promise.race([asking, new Promise((resolve) => setImmediate(resolve))]);
  await server.restore();
  t.match(await asking, { paused: 'user' });
});

t.test('one that runs without a socket is told as that at once', async (t) => {
  const paths = homeOf(t, 'running');
  await t.rejects(askSupervisor(paths, 'pause'), { code: 'NO_ANSWER', message: 'The supervisor cannot be reached.' });
});
