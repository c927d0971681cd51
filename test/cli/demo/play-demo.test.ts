import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { giveOwnShare } from '../../fixtures/own-share.ts';
import { until } from '../../fixtures/until.ts';
import { expectHeld, hold } from '../documents/held.ts';

/** As it is installed: without packages or files of its own beside it. */
const PROGRAM = fileURLToPath(new URL('../../../dist/bundle/pearlctl.mjs', import.meta.url));

/** Longer than all that a demo waits for: 100 s for each of 4 steps and of 9 blocks, a status, 60 s and 30 s for the end. */
const GUARD_MS = 1_500_000;

t.setTimeout(3 * GUARD_MS);

/** The pids that the story names. */
function pidsOf(story: string): number[] {
  return [...story.matchAll(/process (\d+)/g)].map((match) => Number(match[1]));
}

/** With a share of its own: a miner takes what others leave, and beside a busy processor that may be nothing for minutes. */
function startDemo(t: Test, temporary: string, ...flags: string[]) {
  const demo = execa(process.execPath, [PROGRAM, 'demo', ...flags], {
    env: { PATH: process.env.PATH, HOME: temporary, TMPDIR: temporary },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: GUARD_MS,
    killSignal: 'SIGKILL',
  });
  if (demo.pid !== undefined) t.teardown(giveOwnShare(demo.pid));
  return demo;
}

function isGone(pid: number): boolean {
  return !existsSync(`/proc/${pid}`) || process.platform !== 'linux';
}

t.test('the demo mines blocks, brings a killed miner back, and leaves nothing', async (t) => {
  const temporary = t.testdir();
  const { exitCode, stdout, stderr } = await startDemo(t, temporary);
  t.equal(exitCode, 0, stderr);
  const blocks = [...stdout.matchAll(/block {4}number (\d+) accepted/g)].map((match) => Number(match[1]));
  t.ok(blocks.length >= 5, `${blocks.length} blocks`);
  t.same(
    blocks,
    blocks.map((_, i) => i + 1),
    'each is told once, in order',
  );
  t.match(stdout, /kill -9 {2}process \d+, the miner[\s\S]*miner {4}process \d+, restart 1/);
  t.match(stdout, /● pearlctl: running/, 'what status says is shown');
  t.match(stdout, /done {5}\d+ blocks, no process and no file left/);
  t.same(readdirSync(temporary), [], 'no file is left');
  for (const pid of new Set(pidsOf(stdout))) t.ok(isGone(pid), `process ${pid} is gone`);
});

t.test('for a program it tells nothing but how it ended', async (t) => {
  const { exitCode, stdout, stderr } = await startDemo(t, t.testdir(), '--json');
  t.equal(exitCode, 0, stderr);
  t.equal(stderr, '');
  const document = JSON.parse(stdout);
  t.ok(document.blocks >= 5, `${document.blocks} blocks`);
  hold(t, 'demo', [document]);
  expectHeld(t, 'cli/demo/play-demo.test.ts');
});

t.test('Ctrl-C ends the demo early, and leaves nothing either', async (t) => {
  const temporary = t.testdir();
  const demo = startDemo(t, temporary);
  let story = '';
  demo.stdout?.on('data', (chunk) => {
    story += String(chunk);
  });
  await until('the miner of the demo', () => story.includes('miner    process'));
  demo.kill('SIGINT');
  const { exitCode, stderr } = await demo;
  t.equal(exitCode, 130);
  t.equal(stderr, 'Interrupted, and all of it was removed. Run it again with: pearlctl demo');
  t.same(readdirSync(temporary), []);
  t.ok(pidsOf(story).length > 0);
  for (const pid of new Set(pidsOf(story))) t.ok(isGone(pid), `process ${pid} is gone`);
});

t.test('without a temporary folder the demo says so and starts nothing', async (t) => {
  const { exitCode, stdout, stderr } = await startDemo(t, '/dev/null/nowhere');
  t.equal(exitCode, 77);
  t.equal(stdout, '');
  t.match(stderr, /^pearlctl: No temporary folder can be made in \/dev\/null\/nowhere/);
});
