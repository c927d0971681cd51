// A supervisor that is the first process of a container, in a pid namespace of its own as Docker and Podman make it.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { CLI } from '../../cli/run-cli.ts';
import { stays, until } from '../../fixtures/until.ts';
import { Stage } from '../stage.ts';

const NAMESPACES = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const skip =
  spawnSync('unshare', [...NAMESPACES, 'true']).status === 0 ? false : 'needs root, and pid namespaces (unshare)';

/** Number, parent, state and name of each process, as seen from outside. */
function processes(): { pid: number; parent: number; state: string; name: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [
        {
          pid: Number(entry),
          parent: Number(parent),
          state,
          name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
        },
      ];
    } catch {
      return [];
    }
  });
}

t.test(
  'the first process of a container buries its orphans, keeps its children, and is not stopped by Ctrl-Z',
  { skip },
  async (t) => {
    const stage = new Stage(t);
    const container = spawn('unshare', [...NAMESPACES, process.execPath, CLI, 'run'], {
      env: { PATH: process.env.PATH, HOME: stage.home, PEARLCTL_HOME: stage.home },
      stdio: 'ignore',
    });
    t.teardown(() => container.kill('SIGKILL'));
    const ended = new Promise<number | null>((resolve) => container.once('exit', resolve));
    await until('it runs', () => stage.sidecar()?.state === 'running');
    t.equal(stage.sidecar()?.supervisor?.pid, 1);
    const first = processes().find(({ parent }) => parent === container.pid)?.pid ?? 0;
    const orphans = () => processes().filter(({ parent, name }) => parent === first && name === 'sleep');

    // As `docker exec` leaves them: the shell ends first.
    const enter = ['--target', String(first), '--pid', '--mount'];
    spawnSync('nsenter', [...enter, 'sh', '-c', 'for n in 1 2 3 4 5 6; do sleep 600 & done'], {
      stdio: 'ignore',
    });
    await until('six orphans to be inherited', () => orphans().length === 6);
    for (const { pid } of orphans().slice(1)) process.kill(pid, 'SIGKILL');
    await until('the dead ones to be buried', () => orphans().length === 1);
    t.equal(orphans()[0]?.state, 'S', 'a living one is left alone');

    const miner = stage.sidecar()?.children.miner;
    spawnSync('nsenter', [...enter, 'kill', '-KILL', String(miner?.pid)]);
    await until('another miner, counted as killed', () => {
      const { restarts, lastExit, state } = stage.sidecar()?.children.miner ?? {};
      return restarts === 1 && lastExit?.signal === 'SIGKILL' && state === 'ready';
    });
    spawnSync('nsenter', [...enter, 'kill', '-TSTP', '1']);
    await stays('it mines', () => stage.sidecar()?.state === 'running', 500);
    spawnSync('nsenter', [...enter, 'kill', '-TERM', '1']);
    t.equal(await ended, 0);
  },
);
