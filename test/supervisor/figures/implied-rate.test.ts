import t from 'tap';
import { impliedRate } from '../../../src/supervisor/figures/implied-rate.ts';
import { ShareEvidence } from '../../../src/supervisor/figures/share-evidence.ts';

/** Sums of so many shares of the same work, within one second. */
const equal = (shares: number, work = 1) => ({
  shares,
  work: shares * work,
  workSquared: shares * work ** 2,
  largestWork: work,
  seconds: 1,
  measuredMacs: 0,
});

/** xorshift32, so that a failure is the same failure again. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

t.test('the interval is Garwood’s for a Poisson count', async (t) => {
  // From tables of the exact limits: 10 lies between 4.795 and 18.39, 20 between 12.22 and 30.89, 100 between 81.36 and 121.6.
  for (const [count, low, high] of [
    [10, 4.795, 18.39],
    [20, 12.22, 30.89],
    [100, 81.36, 121.63],
  ] as const) {
    const rate = impliedRate(equal(count, 1000));
    t.equal(rate?.macsPerSecond, count * 1000);
    t.ok(Math.abs((rate?.lowMacsPerSecond ?? 0) / 1000 / low - 1) < 0.005, `${count}: not below ${low}`);
    t.ok(Math.abs((rate?.highMacsPerSecond ?? 0) / 1000 / high - 1) < 0.005, `${count}: not above ${high}`);
  }
});

t.test('too few shares, or no time, say nothing', async (t) => {
  t.equal(impliedRate(equal(9)), null);
  t.not(impliedRate(equal(10)), null);
  t.equal(impliedRate({ ...equal(100), seconds: 0 }), null);
  t.equal(impliedRate(equal(100, 0)), null);
});

t.test('the interval holds the truth as often as it says, also where the work of shares differs', async (t) => {
  const random = randomness(42);
  const truth = 1e6;
  let held = 0;
  const runs = 2000;
  for (let run = 0; run < runs; run += 1) {
    const evidence = new ShareEvidence(0);
    let nowMs = 0;
    // A job's difficulty changes by up to fourfold from share to share.
    for (;;) {
      const work = 10_000 * (1 + 3 * random());
      nowMs += ((-Math.log(1 - random()) * work) / truth) * 1000;
      if (nowMs > 1000) break;
      evidence.accept(BigInt(Math.round(work)), 0n, nowMs);
    }
    const rate = impliedRate(evidence.sums(BigInt(truth), 1000));
    if (rate !== null && rate.lowMacsPerSecond <= truth && truth <= rate.highMacsPerSecond) held += 1;
  }
  t.ok(held / runs > 0.94 && held / runs < 0.985, `${(held / runs) * 100} %`);
});

t.test('shares of another day are forgotten, with the work that was measured before them', async (t) => {
  const HOUR_MS = 3_600_000;
  const evidence = new ShareEvidence(0);
  evidence.accept(5n, 1000n, HOUR_MS);
  evidence.accept(7n, 3000n, 20 * HOUR_MS);
  evidence.accept(11n, 6000n, 26 * HOUR_MS);
  t.same(evidence.sums(8000n, 27 * HOUR_MS), {
    shares: 2,
    work: 18,
    workSquared: 7 ** 2 + 11 ** 2,
    largestWork: 11,
    seconds: (26 * HOUR_MS) / 1000,
    measuredMacs: 7000,
  });
  for (let share = 0; share < 5000; share += 1) evidence.accept(1n, 8000n, 28 * HOUR_MS);
  t.equal(evidence.sums(8000n, 28 * HOUR_MS).shares, 4096, 'and no more are kept than tell something');
});
