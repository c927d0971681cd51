// The whole of it: a supervisor with the built-in gateway on a pool, its miner, and a pool that judges every proof.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { native } from '../../../src/native/native.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { CLI } from '../../cli/run-cli.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { testJob } from '../../pool/upstream.ts';
import { homeOf } from '../../provider/home.ts';

const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
const PASSWORD = 'a pool password of the tests';
const TARGET = `000001ffff${'0'.repeat(54)}`;

t.test('pearlctl mines at a pool: every share verifies, and both sides’ books agree', async (t) => {
  const core = native();
  const headers = new Map<unknown, string>();
  let valid = 0;
  let spawnedMs = 0;
  /** What submits of the first minute tell of the rate. */
  const early: unknown[] = [];
  const pool = await TestPool.start({
    onSubmit: (client, { id, params }) => {
      const header = Buffer.from(headers.get(params.job_id) ?? '', 'hex');
      const target = BigInt(`0x${TARGET}`);
      const judged = core.verifyBase64({
        header,
        certVersion: 3,
        rankPenalty: true,
        target,
        proof: params.plain_proof,
      });
      if (performance.now() - spawnedMs < 59_000) early.push(params.hs);
      if (judged.valid) valid += 1;
      if (judged.valid) client.accept(id);
      else client.refuse(id, 26, 'invalid proof');
    },
  });
  t.teardown(() => pool.stop());
  const announce = (number: number) => {
    const job = testJob(`job-${number}`, 1, number % 200, TARGET);
    headers.set(job.jobId, job.header);
    pool.announce(job);
  };
  announce(0);
  let stopped = async () => {};
  const home = homeOf(t, () => stopped());
  writeFileSync(
    join(home, 'pearlctl.ini'),
    `network = mainnet\n[miner]\nwallet = ${WALLET}\nworker = rig1\nthreads = 1\npoll_interval = 100ms\n` +
      `[shape]\npreset = custom\nm = 64\nn = 64\nk = 2048\n[gateway]\nkind = pool\nport = 0\nmetrics_port = 0\n` +
      `[pool]\nurl[] = ${pool.url()}\npassword_env = POOL_SECRET\nmax_in_flight = 8\nmax_submits_per_minute = 1000\n`,
    { mode: 0o600 },
  );
  const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home, POOL_SECRET: PASSWORD };
  spawnedMs = performance.now();
  const child = execa(process.execPath, [CLI, 'supervise'], { env, extendEnv: false, reject: false, all: true });
  stopped = async () => {
    child.kill('SIGTERM');
    await child;
  };
  await until('a login', () => pool.logins.length === 1);
  t.match(pool.logins[0]?.params, { wallet: WALLET, worker: 'rig1', pass: PASSWORD, agent: /^pearlctl\// });
  for (let number = 1; number <= 5; number += 1) {
    const before = valid;
    await until('more shares', () => valid >= before + 5);
    announce(number);
  }
  await stopped();
  t.equal((await child).exitCode, 0);
  const results: Record<string, number> = {};
  for await (const { result } of readLedger(join(home, 'state', 'shares.jsonl'))) {
    results[result] = (results[result] ?? 0) + 1;
  }
  t.equal(valid, pool.submits.length, 'not one invalid share was sent');
  t.ok(early.length > 0);
  t.ok(
    early.every((rate) => rate === undefined),
    'no rate is told in the first minute, which holds the time before the first job',
  );
  t.equal((results.accepted ?? 0) + (results.unknown ?? 0), valid, JSON.stringify(results));
  t.equal(results.rejected, undefined);
  const logs = `${(await child).all}${readFileSync(join(home, 'logs', 'pearlctl.log'), 'utf8')}`;
  t.notOk(logs.includes(PASSWORD));
});
