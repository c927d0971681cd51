// `pearlctl pools`: the table, one pool, visits to real pools of the tests, and `init` by name.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { VERSION } from '../../../src/base/version.ts';
import { parseConfig } from '../../../src/config/configuration.ts';
import { cpuModel, writeCalibration } from '../../../src/miner/calibration/calibration-record.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { testJob } from '../../pool/upstream.ts';
import { expectHeld, hold } from '../documents/held.ts';
import { CLI, runCli } from '../run-cli.ts';

t.setTimeout(600_000);

t.jobs = 2;
const wallet = walletFromProgram(Buffer.alloc(32, 2), 'mainnet');

/** A home whose calibration says 1 TMAC/s. */
function calibrated(home: string): string {
  mkdirSync(join(home, 'state'));
  writeCalibration(join(home, 'state', 'calibration.json'), {
    schema: 1,
    version: VERSION,
    cpu_model: cpuModel(),
    at: '2026-11-30T00:00:00.000Z',
    kernel: 'scalar',
    threads: 1,
    block_rows: 64,
    shape: { m: 16384, n: 12288, k: 2048, rank: 128 },
    macs_per_second: 1e12,
  });
  return home;
}

function ownPools(home: string, pools: object[]): void {
  writeFileSync(join(home, 'own-pools.json'), JSON.stringify({ pools }));
}

t.test('without a measured rate it lists the pools and says how to measure', async (t) => {
  const home = t.testdir();
  const { code, stdout } = await runCli(['pools'], { home });
  t.equal(code, 0);
  t.match(stdout, /^Measure this machine.*pearlctl calibrate\n/);
  t.match(stdout, /\nsuprnova +eu\/3373 +- +0\.5 PRL +- +0 %\n/);
  t.match(stdout, /Cannot be used, because:\n[\s\S]* {2}pearlhash: it speaks a protocol of its own/);
  for (const line of stdout.split('\n')) t.ok(line.length <= 110, line);
});

t.test(
  'at 1 TMAC/s each pool has its time for a share, warned of above an hour, and the days to its payout',
  async (t) => {
    const home = calibrated(t.testdir());
    const { stdout } = await runCli(['pools'], { home });
    t.match(stdout, /^This machine: 1\.00 TMAC\/s, calibrated on 2026-11-30\.\n/);
    t.match(stdout, /\nherominers +de +2 h 30 min ! +1 PRL +48 d +0 %\n/);
    t.match(stdout, /\nluckypool +cpu-eu1 +1 min 50 s +1 PRL +49 d +1 %\n/);
    t.match(stdout, /\nsuprnova +eu\/3373 +1 s at first +0\.5 PRL +24 d +0 %\n/);
    t.match(stdout, /\n! More than an hour a share/);
    const one = await runCli(['pools', 'kryptex'], { home });
    t.match(one.stdout, /main\/8048 +2 h 30 min ! +fixed +stratum\+ssl:\/\/prl\.kryptex\.network:8048\n/);
    t.match(one.stdout, /\[\d\] notes on Kryptex \(2026-08-10\)/);
    const refused = await runCli(['pools', 'tw-pool'], { home });
    t.match(refused.stdout, /usable +no, because its protocol is not public \[1\]/);
    hold(t, 'pools', [JSON.parse((await runCli(['pools', '--json'], { home })).stdout)]);
    hold(t, 'pools', [JSON.parse((await runCli(['pools', 'suprnova', '--json'], { home: t.testdir() })).stdout)]);
    t.match(await runCli(['pools', 'supernova'], { home }), { code: 2, stderr: /Did you mean suprnova/ });
  },
);

t.test(
  'a visit shows latency and the job where a wallet is configured, and sends no login where none is',
  async (t) => {
    const home = calibrated(t.testdir());
    const pool = await TestPool.start();
    // A difficulty of 256 is 2^40 multiply-accumulates: a second at this rate.
    pool.job = testJob('a', 1, 1, `00000000${'00ffff'.padEnd(56, '0')}`);
    const closed = await TestPool.start();
    const gone = closed.url();
    await closed.stop();
    t.teardown(() => pool.stop());
    ownPools(home, [
      { name: 'mine', servers: [{ url: pool.url() }] },
      { name: 'gone', servers: [{ url: gone }] },
    ]);
    const unasked = await runCli(['pools', 'mine', '--ping'], { home });
    t.match(unasked, { code: 0, stdout: /\nmine +1 +\d+ ms +- +- +no job asked for: no wallet is configured\n/ });
    t.equal(pool.logins.length, 0);
    writeFileSync(
      join(home, 'pearlctl.ini'),
      `[miner]\nwallet = ${wallet}\nworker = rig7\n[pool]\nurl[] = stratum+tcp://pool.example.com:1\n`,
      { mode: 0o600 },
    );
    const asked = await runCli(['pools', 'mine', '--ping'], { home });
    t.match(asked, { code: 0, stdout: /\nmine +1 +\d+ ms +after \d+ ms +1 s\n/ }, asked.stdout);
    t.match(pool.logins[0]?.params, { wallet, worker: 'rig7' });
    const json = await runCli(['pools', 'mine', '--ping', '--json'], { home });
    hold(t, 'poolsPing', [JSON.parse(json.stdout)]);
    const failed = await runCli(['pools', 'gone', '--ping'], { home });
    t.match(failed, { code: 69, stdout: /\ngone +1 +- +- +- +.*refused/ });
    pool.options = { onLogin: () => {} };
    const silent = await runCli(['pools', 'mine', '--ping', '--timeout', '1'], { home });
    t.match(silent, {
      code: 0,
      stdout: /\nmine +1 +\d+ ms +- +- +the pool did not answer the login in time\n/,
    });
  },
);

t.test('Ctrl-C ends a visit at once and leaves no connection', async (t) => {
  const home = t.testdir();
  const pool = await TestPool.start({ onLogin: () => {} });
  t.teardown(() => pool.stop());
  ownPools(home, [{ name: 'mine', servers: [{ url: pool.url() }] }]);
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `[miner]\nwallet = ${wallet}\n[pool]\nurl[] = stratum+tcp://pool.example.com:1\n`,
    { mode: 0o600 },
  );
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
  const child = execa(process.execPath, [CLI, 'pools', 'mine', '--ping'], { env, extendEnv: false, reject: false });
  await until('the login', () => pool.logins.length === 1);
  child.kill('SIGINT');
  t.match(await child, { exitCode: 130, stdout: '' });
  await until('no connection', () => pool.clients.size === 0);
});

t.test('init takes a pool by its name, fills its section, and keeps it the next time', async (t) => {
  const home = calibrated(t.testdir());
  const path = join(home, 'pearlctl.ini');
  const init = (...flags: string[]) => runCli(['init', '--yes', ...flags], { home });
  const made = await init('--wallet', wallet, '--pool', 'luckypool', '--pool', 'herominers/us');
  t.match(made, {
    code: 0,
    stderr: /HeroMiners: stratum\+ssl:\/\/us\.pearl\.herominers\.com:1200 .*\nA share takes about 2 h 30 min/,
  });
  t.match(parseConfig(readFileSync(path, 'utf8'), path), {
    network: 'mainnet',
    gateway: { kind: 'pool' },
    pool: { urls: [] },
    pools: {
      luckypool: { url: { host: 'pearl-cpu-eu1.luckypool.io', tls: true, pinSha256: Buffer } },
      herominers: { url: { host: 'us.pearl.herominers.com', port: 1200, tls: true } },
    },
  });
  t.match(await init(), { code: 0, stdout: /nothing was changed/ });
  t.match(await init('--pool', 'f2pool', '--login', 'account0000', '--overwrite'), { code: 0 });
  t.match(parseConfig(readFileSync(path, 'utf8'), path), {
    pools: { f2pool: { login: 'account0000', keepaliveMs: 15_000 } },
  });
  t.match(await init('--pool', '2miners', '--overwrite'), { code: 0, stderr: /not confirmed: its jobs name no cert/ });
  t.match(parseConfig(readFileSync(path, 'utf8'), path), { pools: { '2miners': { url: { port: 1818 } } } });
});

t.test(
  'init refuses a pool that cannot be used, an unknown name, a missing login, and addresses behind names',
  async (t) => {
    for (const { flags, says } of [
      { flags: ['--pool', 'hashmonkeys'], says: /Hashmonkeys cannot be used, because it speaks the challenge dialect/ },
      { flags: ['--pool', 'suprnov'], says: /Did you mean suprnova\?/ },
      { flags: ['--pool', 'unmineable'], says: /takes a login of its own: COIN:ADDRESS.*\n.*--login LOGIN/ },
      { flags: ['--pool', 'suprnova', '--pool', 'stratum+tcp://a.example:1'], says: /addresses first/ },
      { flags: ['--pool', 'suprnova', '--network', 'devnet'], says: /--pool does not go with --network devnet/ },
    ]) {
      const home = t.testdir();
      const run = await runCli(['init', '--yes', '--wallet', wallet, ...flags], { home });
      t.match(run, { code: 2, stdout: '', stderr: says }, flags.join(' '));
      t.notOk(existsSync(join(home, 'pearlctl.ini')));
    }
  },
);

t.test('the documents of this file were all seen', async (t) => {
  expectHeld(t, 'cli/commands/pools.test.ts');
});
