// A run in the foreground and its terminal: Ctrl-Z and `fg`, and nohup.
import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { CLI } from '../../cli/run-cli.ts';
import { stays, until } from '../../fixtures/until.ts';
import { Stage } from '../stage.ts';

const skip = process.platform === 'linux' ? false : 'needs /proc';

function stateOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
}

/** `pearlctl run` with this as its standard input. */
function run(t: Test, stage: Stage, stdin: 'ignore' | number) {
  const child = spawn(process.execPath, [CLI, 'run'], {
    env: { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home },
    stdio: [stdin, 'ignore', 'ignore'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { pid: child.pid ?? 0, ended };
}

t.test('Ctrl-Z has the miner rest before the run is stopped, and fg has it go on', { skip }, async (t) => {
  const stage = new Stage(t);
  const { pid, ended } = run(t, stage, 'ignore');
  await stage.running();
  process.kill(pid, 'SIGTSTP');
  await until('it to be stopped', () => stateOf(pid) === 'T');
  t.match(stage.sidecar(), { state: 'paused' });
  process.kill(pid, 'SIGCONT');
  await stage.running();
  process.kill(pid, 'SIGTERM');
  t.equal(await ended, 0);
});

t.test('what nohup started outlives its terminal, and anything else ends with it', { skip }, async (t) => {
  const stage = new Stage(t);
  const kept = run(t, stage, openSync('/dev/null', 'w'));
  await stage.running();
  process.kill(kept.pid, 'SIGHUP');
  await stays('it runs', () => stage.sidecar()?.state === 'running', 500);
  process.kill(kept.pid, 'SIGTERM');
  t.equal(await kept.ended, 0);
  const plain = run(t, stage, 'ignore');
  await stage.running();
  process.kill(plain.pid, 'SIGHUP');
  t.equal(await plain.ended, 0);
});
