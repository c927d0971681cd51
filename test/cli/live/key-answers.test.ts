// The keys of the live views: what each says, and a whole run at a pseudo-terminal.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { answerToKey, connection, KEYS_LINE, threadRates } from '../../../src/cli/live/key-answers.ts';
import { resolvePaths } from '../../../src/config/paths.ts';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { RUNNING } from '../../state/status/facts.ts';
import { person, play } from '../init/play.ts';
import { runCli } from '../run-cli.ts';

const model = deriveStatus(RUNNING);

t.test('each key has its answer, and any other none', async (t) => {
  const paths = resolvePaths({ env: { HOME: t.testdir({ state: {}, run: {} }), PEARLCTL_HOME: t.testdir() } });
  const asked = { model, paths };
  t.equal(await answerToKey('?', asked), KEYS_LINE);
  t.equal(await answerToKey('x', asked), null);
  t.match(await answerToKey('h', { ...asked, model: null }), /Nothing is known/);
  t.match(await answerToKey('p', asked), /Nothing has ever run here/, 'what fails is said with what to do');
});

t.test('rates are of one thread, and the connection has a line for each pool', async (t) => {
  const rate = { macsPerSecond10s: 4e9, macsPerSecond60s: 4e9, macsPerSecond15m: 8e9 };
  const miner = model.miner && { ...model.miner, threads: 4 };
  t.equal(
    threadRates({ ...model, rate, miner }),
    'Each of 4 threads, on average: 1.00 GMAC/s (10 s)',
    'an older supervisor',
  );
  const thread = { macsPerSecond: 2e9, core: 3, megahertz: 2700 };
  const threads = [thread, { ...thread, core: null, megahertz: null }, { ...thread, megahertz: null }];
  t.same(threadRates({ ...model, rate, miner, threads }).split('\n'), [
    'Each thread over 10 s:',
    '0: 2.00 GMAC/s (core 3, 2.70 GHz)   1: 2.00 GMAC/s',
    '2: 2.00 GMAC/s (core 3)',
  ]);
  t.equal(threadRates({ ...model, rate: null }), 'Nothing mines now.');
  const pool = { latencyMs: null, difficulty: null, accepted: 0, rejected: 0, stale: 0, reason: null };
  const lines = connection({
    ...model,
    gateway: { kind: 'pool', url: 'x', state: 'ready', upstream: 'b' },
    pools: [
      { ...pool, name: 'a', state: 'resting', isUsed: false, reason: 'the connection was refused' },
      { ...pool, name: 'b', state: 'ready', isUsed: true, latencyMs: 41.6 },
    ],
  });
  t.match(lines[0], /^pool b, ready/);
  t.same(lines.slice(1), ['  a: resting, the connection was refused', '* b: ready, answers in 42 ms']);
  t.same(connection({ ...model, gateway: null }), ['Nothing runs.']);
});

t.test('a run is paused, resumed and asked by keys, and Ctrl-C ends it', { skip: person }, async (t) => {
  const home = t.testdir();
  t.equal((await runCli(['init', '--yes', '--network', 'devnet', '--threads', '1'], { home })).code, 0);
  t.equal((await runCli(['config', 'set', 'gateway.port=0', 'gateway.metrics_port=0'], { home })).code, 0);
  const { code, shown } = await play(
    home,
    ['run'],
    [
      ['Rate:', 'p'],
      ['Paused. r resumes.', 'r'],
      ['The pause is over.', 'c'],
      ['devnet, ready', 'h'],
      ['(10 s, 60 s, 15 min)', '?'],
      ['p pause, r resume', '\u0003'],
    ],
  );
  t.equal(code, 0, shown);
  t.match(shown, 'stopping: SIGINT');
  t.notOk(existsSync(join(home, 'state', 'paused.json')), 'and nothing stays paused');
});
