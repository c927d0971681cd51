import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { expectHeld, hold } from '../documents/held.ts';
import { BRIEF_TRIALS, runCli } from '../run-cli.ts';

// A calibration takes some seconds of processor time on each core, which a loaded machine gives slowly.
t.setTimeout(600_000);

const home = t.testdir();

t.test('bench measures the miner against the peak and the scalar loop', async (t) => {
  const { code, stdout, stderr } = await runCli(['bench', '--threads', '1', '--seconds', '0.5', '--json'], { home });
  t.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  t.match(report, {
    schemaVersion: 1,
    kernel: /^[a-z0-9]+$/,
    threads: 1,
    shape: { preset: 'light', m: 16384, n: 12288, k: 2048, rank: 128, h: 16, w: 16 },
    macsPerSecond: Number,
    scalarMacsPerSecond: Number,
    attempts: Number,
    seconds: Number,
    eliminated: Number,
  });
  t.ok(report.macsPerSecond > report.scalarMacsPerSecond / 2, 'no kernel is far slower than the plain loop');
  if (report.kernel !== 'scalar') {
    t.ok(Math.abs(report.fractionOfPeak - report.macsPerSecond / report.peakMacsPerSecond) < 1e-9);
  }
});

t.test('a kernel that is not there is refused with those that are', async (t) => {
  const run = await runCli(['bench', '--kernel', 'abacus'], { home });
  t.match(run, { code: 78, stdout: '', stderr: /no kernel called abacus.*\n.*scalar/ });
  t.match(await runCli(['bench', '--threads', 'many'], { home }), { code: 2, stdout: '' });
});

t.test('calibrate keeps what is fastest here, with progress on the way', async (t) => {
  const { code, stdout, stderr } = await runCli(['calibrate'], { home, timeoutMs: 240_000 });
  t.equal(code, 0, stderr);
  t.match(stdout, /MAC\/s \(± \d+ % over three runs\), kernel \w+, \d+ threads?, \d+ rows a block, \d+ columns\./);
  t.match(stderr, /^1\/\d+ {2}kernel /);
  const file = join(home, 'state', 'calibration.json');
  t.ok(existsSync(file));
  t.match(JSON.parse(readFileSync(file, 'utf8')), { schema: 1, kernel: String, threads: Number, block_rows: Number });
});

t.test('what is wrong with a configuration is told before it is calibrated for', async (t) => {
  const broken = t.testdir({ 'pearlctl.ini': '[miner' });
  const { code, stdout, stderr } = await runCli(['calibrate'], { home: broken, timeoutMs: 240_000 });
  t.match({ code, stdout, stderr }, { code: 78, stdout: '', stderr: /^pearlctl: / });
  t.same(readdirSync(broken), ['pearlctl.ini']);
});

t.test('calibrate --dry-run keeps nothing', async (t) => {
  const elsewhere = t.testdir();
  const { code, stdout, stderr } = await runCli(['calibrate', '--dry-run', '--json'], {
    home: elsewhere,
    env: BRIEF_TRIALS,
  });
  t.equal(code, 0, stderr);
  t.match(JSON.parse(stdout), { schemaVersion: 1, kernel: String, spread: Number, expected: null });
  hold(t, 'calibrate', [JSON.parse(stdout)]);
  expectHeld(t, 'cli/commands/bench.test.ts');
  t.same(readdirSync(elsewhere), []);
});
