// Jobs that come faster than a large shape is set up, on one thread: a pool of the tests, the pool upstream, and the miner's
// workshop around the real native miner.
import t, { type Test } from 'tap';
import type { Job } from '../../src/gateway/upstream.ts';
import type { MinerJob } from '../../src/miner/mining-job.ts';
import { ProofQueue } from '../../src/miner/proofs.ts';
import { burdenInWords, type SetUpStats, SetUps } from '../../src/miner/set-ups.ts';
import { Workshop } from '../../src/miner/workshop.ts';
import { native } from '../../src/native/native.ts';
import { TILES } from '../../src/protocol/shapes.ts';
import { until } from '../fixtures/until.ts';
import { TestPool } from '../pool/test-pool.ts';
import { testJob, upstreamTo } from '../pool/upstream.ts';

/** Takes a second or more to set up on one thread. */
const LARGE = { m: 65536, n: 32768, k: 4096, rank: 128, ...TILES['8x16'] };

function minerJob({ header, target, certVersion, receivedAt }: Job): MinerJob {
  return { header, target, certVersion, certVersionMissing: false, wire: {}, receivedAt };
}

/** A workshop behind a pool that sends a job of its own header every `everyMs`; `tip` is the block that they build on. */
async function behindPool(t: Test, everyMs: number) {
  const pool = await TestPool.start();
  const { upstream } = upstreamTo([pool.url()]);
  const said: string[] = [];
  const workshop = new Workshop({
    core: native(),
    shape: LARGE,
    threads: 1,
    memoryBytes: 512 << 20,
    matrices: 'constant',
    proofs: new ProofQueue({ onFound: async () => {}, onDrop: () => {} }),
    onProof: () => {},
    onFailure: (reason) => t.fail(reason),
    say: (_level, message) => said.push(message),
  });
  const state = { tip: 1, sent: 0 };
  const sending = setInterval(() => {
    state.sent += 1;
    pool.announce(testJob(`job-${state.sent}`, state.tip, state.sent % 200));
  }, everyMs);
  let newest: MinerJob | null = null;
  void (async () => {
    for await (const event of upstream.events()) if (event.type === 'job') newest = minerJob(event.job);
  })();
  // As the miner's loop does, which asks its gateway again and again.
  const asking = setInterval(() => {
    if (newest !== null) workshop.take(newest);
  }, 20);
  t.teardown(async () => {
    clearInterval(sending);
    clearInterval(asking);
    await workshop.stop();
    await Promise.all([upstream.close(), pool.stop()]);
  });
  return { workshop, state, said };
}

t.test(
  'a set-up that siblings overtake is finished and mined for as long again; a new block is taken at once',
  async (t) => {
    const { workshop, state } = await behindPool(t, 25);
    const began = performance.now();
    await until('work', () => workshop.stats.macs > 0n);
    t.comment(`first work after ${Math.round(performance.now() - began)} ms and ${state.sent} jobs`);
    t.ok(state.sent > 3, 'jobs came faster than the set-up');
    const first = workshop.work;
    t.equal(first.state, 'mining');
    await until('the next job is set up', () => workshop.work !== first);
    const isOvertaken = () => workshop.work.state === 'mining' && workshop.work.job !== workshop.current;
    await until('it is overtaken in its turn', isOvertaken);
    const worked = workshop.stats.macs;
    await until('work on it', () => workshop.stats.macs > worked);
    state.tip = 2;
    await until('the block is taken', () => {
      const { work, current } = workshop;
      return work.state === 'mining' && current !== null && work.job.header[4] === 2 && current.header[4] === 2;
    });
  },
);

const running = (jobSwitchSeconds: number | null) => ({ jobSwitchSeconds, jobError: null }) as SetUpStats;

t.test('where set-ups are quick, the newest job is mined at once', async (t) => {
  const setUps = new SetUps();
  setUps.began(0);
  t.equal(setUps.keepsJob(running(0.05), 10_000), false, 'a sibling that comes in the middle of the work');
  setUps.began(10_000);
  t.equal(setUps.keepsJob(running(null), 10_020), true, 'one that comes before the set-up is done waits for it');
  t.equal(setUps.keepsJob(running(0.05), 10_060), true, 'and for as long again');
  t.equal(setUps.keepsJob(running(0.05), 10_101), false);
  t.equal(setUps.burden(running(0.05), 60_000), null);
  setUps.began(60_000);
  t.equal(
    setUps.keepsJob({ jobError: 'no memory' } as SetUpStats, 60_010),
    false,
    'what cannot be set up is not waited for',
  );
});

t.test('set-ups that take much of the time are told, with how long one takes and how often jobs come', async (t) => {
  const setUps = new SetUps();
  for (let second = 0; second < 60; second += 20) {
    setUps.began(second * 1000);
    t.equal(setUps.keepsJob(running(null), second * 1000 + 100), true);
    t.equal(setUps.keepsJob(running(12), (second + 13) * 1000), true);
    for (let at = second; at < second + 20; at += 4) setUps.arrived(at * 1000);
  }
  const burden = setUps.burden(running(12), 60_000);
  t.match(burden, { seconds: 12, jobSeconds: 4 });
  t.ok(Math.abs((burden?.share ?? 0) - 0.6) < 0.01);
  t.equal(
    burden && burdenInWords(burden),
    'setting jobs up takes 60 % of the time: one takes 12 s here, and a new one comes every 4.0 s',
  );
  t.equal(new SetUps().burden(running(null), 1e6), null);
  const stuck = new SetUps();
  stuck.began(0);
  t.equal(stuck.burden(running(null), 10_000), null, 'nothing is said of the first seconds');
  t.match(stuck.burden(running(null), 30_000), { share: 1, seconds: 30 });
});
