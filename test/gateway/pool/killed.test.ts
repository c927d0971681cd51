// A gateway that is killed between `submitted` and the verdict: no share may be missing in the books afterwards.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { CLI } from '../../cli/run-cli.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { testJob } from '../../pool/upstream.ts';
import { homeOf } from '../../provider/home.ts';

const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
const TARGET = `000001ffff${'0'.repeat(54)}`;

t.test(
  'each share that a pool was sent is in the ledger and in the tally, once, though its gateway was killed',
  async (t) => {
    let isMute = true;
    const pool = await TestPool.start({
      onSubmit: (client, { id }) => {
        if (!isMute) client.accept(id);
      },
    });
    t.teardown(() => pool.stop());
    let announced = 0;
    const announce = () => {
      announced += 1;
      pool.announce(testJob(`job-${announced}`, 1, announced % 200, TARGET));
    };
    announce();
    let stopped = async () => {};
    const home = homeOf(t, () => stopped());
    writeFileSync(
      join(home, 'pearlctl.ini'),
      `network = mainnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\npoll_interval = 100ms\n` +
        `[shape]\npreset = custom\nm = 64\nn = 64\nk = 2048\n[gateway]\nkind = pool\nport = 0\nmetrics_port = 0\n` +
        `[pool]\nurl[] = ${pool.url()}\nmax_in_flight = 4\nmax_submits_per_minute = 1000\n`,
      { mode: 0o600 },
    );
    const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
    const child = execa(process.execPath, [CLI, 'supervise'], { env, extendEnv: false, reject: false });
    stopped = async () => {
      child.kill('SIGTERM');
      await child;
    };
    const sidecar = () => JSON.parse(readFileSync(join(home, 'run', 'mining.json'), 'utf8'));
    for (let kills = 1; kills <= 2; kills += 1) {
      await until('a login', () => pool.logins.length === kills);
      const sent = pool.submits.length;
      announce();
      await until('shares without a verdict', () => pool.submits.length >= sent + 2);
      process.kill(sidecar().gateway_pid, 'SIGKILL');
    }
    isMute = false;
    await until('another login', () => pool.logins.length === 3);
    const sent = pool.submits.length;
    announce();
    await until('shares with a verdict', () => pool.submits.length >= sent + 2);
    // Without a miner that finds more, the tally comes to rest.
    process.kill(sidecar().miner_loop_pid, 'SIGSTOP');
    let books = await readBooks(home);
    await until('the tally to agree with the ledger', async () => {
      books = await readBooks(home);
      const { submitted } = JSON.parse(readFileSync(join(home, 'run', 'stats.json'), 'utf8')).shares;
      return submitted === books.sent && books.sent >= pool.submits.length;
    });
    const { results, proofs, sent: inLedger } = books;
    const { accepted = 0, unknown = 0 } = results;
    t.comment(JSON.stringify(results));
    t.ok(unknown >= 4, 'what the killed gateways had sent is unknown');
    t.ok(accepted >= 2, 'what the last one sent is accepted');
    t.equal(proofs.size, inLedger, 'none is there twice');
    process.kill(sidecar().miner_loop_pid, 'SIGCONT');
    await stopped();
    t.equal((await child).exitCode, 0);
    t.notOk(existsSync(join(home, 'state', 'shares.pending.jsonl')));
  },
);

/** What the ledger says now: of what was sent, each proof and its verdict. */
async function readBooks(
  home: string,
): Promise<{ results: Record<string, number>; proofs: Set<string>; sent: number }> {
  const results: Record<string, number> = {};
  const proofs = new Set<string>();
  let sent = 0;
  for await (const { result, proof } of readLedger(join(home, 'state', 'shares.jsonl'))) {
    results[result] = (results[result] ?? 0) + 1;
    if (result === 'dropped') continue;
    proofs.add(proof);
    sent += 1;
  }
  return { results, proofs, sent };
}
