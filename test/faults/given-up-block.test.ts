// A block that is being finished is given up where its owner orders it, or after its limit, and what that cost is told.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { CLI, runCli } from '../cli/run-cli.ts';
import { until } from '../fixtures/until.ts';
import { STAND_IN, useExternal } from './external.ts';
import { FaultStage, type Settings } from './stage.ts';

const PERSON = fileURLToPath(new URL('../fixtures/person.py', import.meta.url));
const noPerson =
  spawnSync('python3', ['-c', 'import pty, sys; assert sys.version_info >= (3, 9)']).status !== 0 && 'needs python3';

t.jobs = 3;
t.setTimeout(120_000);

/** Its certificates take longer than any patience. */
async function stage(t: Test, words: readonly string[] = [], settings: Settings[string] = {}): Promise<FaultStage> {
  const stage = new FaultStage();
  t.teardown(() => stage.close());
  const command = { 'command[]': [process.execPath, STAND_IN, '--prove', '600000', ...words] };
  await useExternal(stage, { ...command, stop_timeout: '200ms', ...settings });
  return stage;
}

async function proving(stage: FaultStage): Promise<void> {
  stage.start();
  await stage.running();
  await stage.mined('a proof', () => stage.notes().length > 0);
}

t.test('pearlctl stop tells what it waits for, and stop --now what it cost', async (t) => {
  const at = await stage(t, ['--worker']);
  await proving(at);
  let said = '';
  const onStderr = (text: string) => {
    said += text;
  };
  const waiting = runCli(['stop'], { home: at.home, onStderr });
  await at.until('the wait', ({ children }) => children.gateway.state === 'finishing');
  const { text } = await at.status();
  t.match(text, /stopping[\s\S]*finishing a block, \d+ s[\s\S]*stop --now/);
  await until('the miner to leave', () => at.sidecar()?.children.miner.state === 'stopped');
  await until('the word for it', () => said.includes('waits for a found block'));
  const { stdout } = await runCli(['stop', '--now', '--json'], { home: at.home });
  t.type(JSON.parse(stdout).lostBlockSeconds, 'number');
  t.match(await waiting, { code: 0, stdout: /It has stopped/, stderr: /waits for a found block.*pearlctl stop --now/ });
  t.equal(await at.exit(), 'exit 0');
  t.match(at.log(), /the block that the gateway was finishing is given up/);
  t.equal(at.notes().length, 1, 'should the node have it all the same, the next start tells');
  t.same(at.orphans(), []);
});

t.test('after its limit the block is given up', async (t) => {
  const at = await stage(t, [], { proof_timeout: '1s' });
  await proving(at);
  t.equal(await at.stop(), 'exit 0');
  t.match(at.log(), /the stop waits for a found block[\s\S]*is given up/);
});

t.test('pearlctl run: Ctrl-C finishes the block, a second one gives it up', { skip: noPerson }, async (t) => {
  const at = await stage(t);
  const steps = [
    ['making the certificate of a block', '\u0003'],
    ['the stop waits for a found block', ''],
    // Drawn again each second, and with every change: a key that is held down is no second Ctrl-C.
    ...Array.from({ length: 7 }, () => ['finishing a block, ', '']),
    ['finishing a block, ', '\u0003'],
    ['is given up', ''],
  ];
  const { exitCode, stdout } = await execa('python3', [PERSON, JSON.stringify(steps), process.execPath, CLI, 'run'], {
    env: {
      PATH: process.env.PATH,
      HOME: at.home,
      PEARLCTL_HOME: at.home,
      TERM: 'xterm',
      PERSON_PATIENCE: '90',
      ...at.environment,
    },
    extendEnv: false,
    reject: false,
  });
  t.equal(exitCode, 0, stdout.slice(-2000));
  t.same(at.orphans(), []);
});
