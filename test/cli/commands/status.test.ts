import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import type { StatusModel } from '../../../src/state/status/gather.ts';
import { until } from '../../fixtures/until.ts';
import { CLI, runCli } from '../run-cli.ts';

t.setTimeout(300_000);

async function status(home: string): Promise<{ code: number | undefined; model: StatusModel }> {
  const { code, stdout } = await runCli(['status', '--json'], { home });
  return { code, model: JSON.parse(stdout) };
}

/** Asks until the answer is as wished. */
function statusWhen(what: string, home: string, wished: (model: StatusModel) => boolean) {
  return until(what, async () => {
    const answer = await status(home);
    return wished(answer.model) && answer;
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function supervise(home: string) {
  return execa(process.execPath, [CLI, 'supervise'], {
    env: { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
  });
}

t.test('status tells each situation of an instance from its first day to its last', { timeout: 240_000 }, async (t) => {
  const home = t.testdir();
  t.match(await status(home), { code: 4, model: { state: 'not_configured' } }, 'never configured');

  await runCli(['init', '--yes', '--network', 'devnet'], { home });
  await runCli(['config', 'set', 'gateway.port', '0'], { home });
  await runCli(['config', 'set', 'gateway.metrics_port', '0'], { home });
  t.match(await status(home), { code: 3, model: { state: 'configured' } }, 'configured');

  const first = supervise(home);
  t.teardown(() => first.kill('SIGKILL'));
  const starting = await statusWhen('a supervisor', home, ({ supervisor }) => supervisor !== null);
  t.match(starting, { code: 0, model: { state: /starting|running/, supervisor: { pid: first.pid } } }, 'starting');
  const running = await statusWhen(
    'a share',
    home,
    ({ state, shares }) => state === 'running' && (shares?.accepted ?? 0) > 0,
  );
  t.match(running, { code: 0, model: { state: 'running', network: 'devnet', children: { gateway: { restarts: 0 } } } });

  const second = await runCli(['supervise'], { home });
  t.equal(second.code, 75, 'a second supervisor is refused');
  t.match(second.stderr, new RegExp(`^pearlctl: .*${first.pid}`), 'with the pid of the first');

  const gatewayPid = running.model.children?.gateway.pid ?? 0;
  process.kill(gatewayPid, 'SIGKILL');
  const without = await statusWhen(
    'the loss of the gateway',
    home,
    ({ children }) => children?.gateway.pid !== gatewayPid || children.gateway.state === 'gone',
  );
  t.equal(without.code, 0, 'alive without its gateway');
  const again = await statusWhen(
    'another gateway',
    home,
    ({ state, children }) => state === 'running' && children?.gateway.restarts === 1,
  );
  t.match(again, { code: 0, model: { state: 'running', children: { gateway: { lastExit: { signal: 'SIGKILL' } } } } });

  const children = [again.model.children?.gateway.pid ?? 0, again.model.children?.miner.pid ?? 0];
  first.kill('SIGKILL');
  await first;
  t.match(await status(home), { code: 1, model: { state: 'failed', supervisor: null } }, 'supervisor killed');
  t.ok(await until('its children to leave by themselves', () => !children.some(isAlive)));

  const next = supervise(home);
  t.teardown(() => next.kill('SIGKILL'));
  const recovered = await statusWhen('running again', home, ({ state }) => state === 'running');
  t.match(recovered, { code: 0, model: { state: 'running', supervisor: { pid: next.pid } } }, 'the next start runs');
  next.kill('SIGTERM');
  t.equal((await next).exitCode, 0, 'a clean stop');
  t.match(await status(home), { code: 3, model: { state: 'stopped' } }, 'stopped');

  writeFileSync(join(home, 'run', 'mining.json'), '{"schema": 1, "provi');
  t.match(await status(home), { code: 1, model: { state: 'failed' } }, 'sidecar corrupt');
});
