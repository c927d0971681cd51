// A miner on a disk that is slow: it tells of a find when that is noted, and hands it over before.
import { fork, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { foundPath } from '../../src/state/ledger/ledger-files.ts';
import { CLI } from '../cli/run-cli.ts';
import { ScriptedGateway, wireJob } from '../fixtures/gateway/scripted-gateway.ts';
import { until } from '../fixtures/until.ts';
import { WALLET } from '../supervisor/stage.ts';

t.test('a find is told when its note is written, and handed over all the same', async (t) => {
  const home = t.testdir();
  const gateway = new ScriptedGateway();
  await gateway.open();
  t.teardown(() => gateway.close());
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `network = devnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\n[shape]\nm = 64\nn = 64\nk = 2048\n` +
      `[gateway]\nport = ${gateway.endpoint.port}\nmetrics_port = 0\n`,
    { mode: 0o600 },
  );
  mkdirSync(join(home, 'state'), { mode: 0o700 });
  const miner = fork(CLI, ['mine'], {
    env: { PATH: process.env.PATH, PEARLCTL_HOME: home },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  t.teardown(() => miner.kill('SIGKILL'));
  let told = 0;
  miner.on('message', (message: { type: string }) => {
    if (message.type === 'found') told += 1;
  });
  await until('the miner to have read its notes', () => gateway.asked > 0);
  // Opening it to write waits for a reader.
  const notes = foundPath(join(home, 'state', 'shares.jsonl'));
  t.equal(spawnSync('mkfifo', [notes]).status, 0);
  gateway.job = wireJob(1);
  await until('a proof to be handed over', () => gateway.submits.length > 0);
  t.equal(told, 0, 'a kill now would lose sight of it');
  const reader = openSync(notes, constants.O_RDONLY | constants.O_NONBLOCK);
  t.teardown(() => closeSync(reader));
  await until('the word of it', () => told > 0);
});
