// The whole path with its real processes: a pool that answers whatever pools answer, kills of each process, and a rotation of
// the ledger. What was found is in the ledger once, and status and metrics say what it says.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { shortDigest } from '../../../src/base/short-digest.ts';
import { notedProofs } from '../../../src/gateway/ledger/pending.ts';
import { shortWallet, walletFromProgram } from '../../../src/protocol/wallet.ts';
import { renderEntry } from '../../../src/state/ledger/entry.ts';
import { LEDGER_BOUNDS } from '../../../src/state/ledger/ledger-files.ts';
import { readLedger } from '../../../src/state/ledger/read-ledger.ts';
import { sumLedger } from '../../../src/state/ledger/sum-ledger.ts';
import { CLI } from '../../cli/run-cli.ts';
import { ledgerEntry } from '../../fixtures/ledger/ledger-entry.ts';
import { until } from '../../fixtures/until.ts';
import { TestPool } from '../../pool/test-pool.ts';
import { testJob } from '../../pool/upstream.ts';
import { homeOf } from '../../provider/home.ts';

const WALLET = walletFromProgram(Buffer.alloc(32, 7), 'mainnet');
const TARGET = `0000003fff${'0'.repeat(54)}`;
/** Of the file that rotation removes: they name no wallet, and stay counted. */
const OLD_LINES = 20;

/** Answers to a share that end no session. */
const ANSWERS = readFileSync(new URL('../../pool/facts/verdicts.tsv', import.meta.url), 'utf8')
  .split('\n')
  .map((row) => row.split('\t'))
  .filter(([phase, line = '', what = '']) => phase === 'submit' && !/banned|login/.test(what) && line.startsWith('{'))
  .map(([, line = '']) => JSON.parse(line) as Record<string, unknown>);

t.test(
  'found = accepted + rejected + stale + unknown + dropped + in flight, whatever is answered and killed',
  async (t) => {
    let asked = 0;
    const pool = await TestPool.start({
      onSubmit: (client, { id }) => {
        asked += 1;
        // Now and then it says nothing, or hangs up.
        if (asked % 23 === 0) client.socket.destroy();
        else if (asked % 7 !== 0) client.send({ ...ANSWERS[asked % ANSWERS.length], id });
      },
    });
    t.teardown(() => pool.stop());
    let announced = 0;
    const announce = () => {
      announced += 1;
      pool.announce(testJob(`job-${announced}`, 1 + Math.floor(announced / 4), announced, TARGET));
    };
    announce();
    let stopped = async () => {};
    const home = homeOf(t, () => stopped());
    writeFileSync(
      join(home, 'pearlctl.ini'),
      `network = mainnet\n[miner]\nwallet = ${WALLET}\nthreads = 1\npoll_interval = 50ms\n` +
        `[shape]\npreset = custom\nm = 64\nn = 64\nk = 2048\n[gateway]\nkind = pool\nport = 0\nmetrics_port = 0\n` +
        `[pool]\nurl[] = ${pool.url()}\nmax_in_flight = 3\n`,
      { mode: 0o600 },
    );
    fillLedger(join(home, 'state'));
    const env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
    const supervise = () => {
      const child = execa(process.execPath, [CLI, 'supervise'], { env, extendEnv: false, reject: false });
      stopped = async () => {
        child.kill('SIGTERM');
        await child;
      };
      return child;
    };
    let child = supervise();
    const sidecar = () => JSON.parse(readFileSync(join(home, 'run', 'mining.json'), 'utf8'));
    const shares = () => JSON.parse(readFileSync(join(home, 'run', 'stats.json'), 'utf8')).shares;
    const more = async (what: string) => {
      const before = pool.submits.length;
      announce();
      await until(`shares ${what}`, () => pool.submits.length >= before + 2);
    };
    await more('at first');
    process.kill(sidecar().gateway_pid, 'SIGKILL');
    await more('after the gateway was killed');
    process.kill(sidecar().miner_loop_pid, 'SIGKILL');
    await more('after the miner was killed');
    child.kill('SIGKILL');
    await child;
    child = supervise();
    // The file of the killed one names processes that are on their way out, and send on until they are gone.
    await until(
      'the sidecar of the next',
      () => sidecar().supervisor?.pid === child.pid && sidecar().state === 'running',
    );
    await more('after the supervisor was killed');
    await until('the ledger to be rotated', () => existsSync(join(home, 'state', 'shares.1.jsonl')));

    // Without a miner that finds more, and with a pool that lets go of what it does not answer, all comes to rest.
    const miner = sidecar().miner_loop_pid;
    process.kill(miner, 'SIGSTOP');
    let books = await readBooks(home);
    await until('the figures to agree with the ledger', async () => {
      pool.hangUp();
      books = await readBooks(home);
      const { found, submitted } = shares();
      return submitted === books.submitted && found >= books.all;
    });
    let metrics = '';
    const sample = (name: string) =>
      Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(metrics)?.[1]);
    // Finds that were on their way to the supervisor, and verdicts on the shares of the last connection, are counted between two looks.
    let counted = shares();
    const results = ['accepted', 'rejected', 'stale', 'unknown', 'dropped'] as const;
    const seriesOf = (result: string) =>
      result === 'unknown' ? 'pearl_shares_unknown' : `pearl_shares_total{result="${result}"}`;
    await until('metrics, status and ledger of one moment', async () => {
      metrics = await (await fetch(sidecar().metrics_url)).text();
      books = await readBooks(home);
      counted = shares();
      return (
        sample('pearl_shares_found_total') === counted.found &&
        sample('pearl_shares_in_flight') === counted.in_flight &&
        results.every((result) => {
          const written = books.results[result] ?? 0;
          return counted[result] === written && sample(seriesOf(result)) === written;
        })
      );
    });
    const { found, in_flight: inFlight, ...counts } = counted;
    t.equal(found, results.reduce((sum, result) => sum + counts[result], 0) + inFlight);
    t.equal(sample('pearl_shares_found_total'), found);
    t.equal(sample('pearl_shares_in_flight'), inFlight);
    for (const result of results) {
      t.equal(counts[result], books.results[result] ?? 0, `${result}: status`);
      t.equal(sample(seriesOf(result)), books.results[result] ?? 0, `${result}: metrics`);
    }
    process.kill(miner, 'SIGCONT');
    await stopped();
    t.equal((await child).exitCode, 0);

    const last = await readBooks(home);
    t.comment(JSON.stringify(last.results));
    t.equal(last.proofs.size, last.all, 'no proof is there twice');
    t.equal(
      pool.submits.filter(({ params }) => !last.proofs.has(digestOf(params))).length,
      0,
      'what the pool saw is there',
    );
    const owner = { network: 'mainnet', wallet: shortWallet(WALLET) };
    const noted = (await notedProofs(join(home, 'state', 'shares.jsonl'), owner)).inFlight.size;
    t.ok(last.all + noted >= found, `${found} found: what the stop left is noted`);
    t.comment(`${found} found, ${inFlight} in flight, ${last.all} in the ledger, ${noted} noted`);
    const { owners } = await sumLedger(join(home, 'state', 'shares.jsonl'));
    const kept = owners.reduce(
      (sum, { byResult }) => sum + Object.values(byResult).reduce((all, one) => all + one, 0),
      0,
    );
    t.equal(kept, last.all + OLD_LINES, 'nothing that rotation removed is forgotten');
  },
);

/** A file that is nearly full, of a line that is none and quickly read, and one that the next rotation removes. */
function fillLedger(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const line = renderEntry(ledgerEntry('f', { result: 'accepted', reason: null }));
  writeFileSync(join(folder, 'shares.jsonl'), `${' '.repeat(LEDGER_BOUNDS.maxBytes - 1200)}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'shares.4.jsonl'), line.repeat(OLD_LINES), { mode: 0o600 });
}

function digestOf({ plain_proof: proof }: { plain_proof: string }): string {
  return shortDigest(Buffer.from(proof, 'base64'));
}

/** What the ledger says, when the oldest lines are gone. */
async function readBooks(home: string) {
  const results: Record<string, number> = {};
  const proofs = new Set<string>();
  let [all, submitted] = [0, 0];
  for await (const { result, proof } of readLedger(join(home, 'state', 'shares.jsonl'))) {
    results[result] = (results[result] ?? 0) + 1;
    proofs.add(proof);
    all += 1;
    if (result !== 'dropped') submitted += 1;
  }
  return { results, proofs, all, submitted };
}
