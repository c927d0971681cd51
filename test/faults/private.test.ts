// What docs/security.md says of files, sockets and environments, looked at while a real supervisor runs.
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { CLI } from '../cli/run-cli.ts';
import { FaultStage } from './stage.ts';

t.setTimeout(300_000);

function* below(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    yield path;
    if (entry.isDirectory()) yield* below(path);
  }
}

t.test(
  'whatever the umask and the environment are, nothing is open to others and nothing foreign is handed on',
  async (t) => {
    const umask = process.umask(0);
    const stage = new FaultStage();
    t.teardown(() => stage.close());
    t.teardown(() => process.umask(umask));
    stage.configure({ '': { network: 'devnet' } });
    stage.start({
      env: {
        PEARLD_RPC_PASSWORD: 'hunter22',
        AWS_SECRET_ACCESS_KEY: 'hunter22',
        LD_PRELOAD: '',
        NODE_OPTIONS: '--no-deprecation',
      },
      program: [process.execPath, CLI, 'supervise', '--scope', 'user'],
    });
    await stage.running();
    const open = [...below(stage.home)].filter(
      (path) => ((lstatSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
    );
    t.same(open, [], 'every file, folder and socket is for its owner alone');
    t.equal(statSync(stage.path('run', 'private')).mode & 0o777, 0o700);
    if (process.platform === 'linux') {
      for (const name of ['gateway', 'miner'] as const) {
        const environment = readFileSync(`/proc/${stage.pidOf(name)}/environ`, 'latin1');
        t.notMatch(environment, /hunter22|LD_PRELOAD/, `the ${name} has no foreign variable`);
        t.notMatch(readFileSync(`/proc/${stage.pidOf(name)}/cmdline`, 'latin1'), /hunter22/);
      }
    }
    t.equal(await stage.stop(), 'exit 0');
  },
);
