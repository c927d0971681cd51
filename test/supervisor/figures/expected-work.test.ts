// What a job brings on average, with its interval, and why coins are not told where they are not.
import t from 'tap';
import { blockSubsidyPrl } from '../../../src/protocol/subsidy.ts';
import { expectedWork } from '../../../src/supervisor/figures/expected-work.ts';

/** 1 TMAC/s at 46 EMAC/s of the network, at a pool whose share takes a quarter of an hour. */
const WORK = { macsPerSecond: 1e12, shareMacs: 9e14, blockMacs: 46e18 * 194, network: 'mainnet', height: 149_474 };

t.test('a block pays what is left of the supply by its height', async (t) => {
  t.equal(blockSubsidyPrl(0), 0);
  // SUPPLY · C / ((1 + C) · C), by hand.
  t.equal(blockSubsidyPrl(1), Math.floor(2.1e17 / 650_227) / 1e8);
  t.ok(Math.abs(blockSubsidyPrl(149_474) - 2135) < 1, 'as at the end of November 2026');
  let paid = 0;
  for (let height = 1; height <= 20_000; height += 1) paid += blockSubsidyPrl(height);
  t.ok(Math.abs(paid / ((2.1e9 * 20_000) / (20_000 + 650_226)) - 1) < 1e-6, 'the sum is h / (h + C) of the supply');
});

t.test('coins a day by the height of the job, with the spread of the shares', async (t) => {
  const found = expectedWork(WORK);
  t.match(found, { sharesPerDay: 96, prlPerDay: 0.0207, prlReason: null, rewardFrom: /at height 149474$/ });
  t.ok(Math.abs((found?.prlDeviation ?? 0) / 0.0207 - (found?.sharesDeviation ?? 0) / 96) < 0.01);
  t.match(expectedWork({ ...WORK, shareMacs: 9e16 }), { prlPerDay: 0.0207, prlDeviation: null }, 'too few to tell it');
});

t.test('without a height, or on a test network, the reason stands in their place', async (t) => {
  const none = { prlPerDay: null, prlDeviation: null, rewardPrl: null, rewardFrom: null };
  t.match(expectedWork({ ...WORK, height: null }), { ...none, prlReason: 'nothing tells the height of the job' });
  t.match(expectedWork({ ...WORK, network: 'devnet' }), { ...none, prlReason: /worth nothing/ });
  t.equal(expectedWork({ ...WORK, shareMacs: null }), null);
  t.equal(expectedWork({ ...WORK, macsPerSecond: 0 }), null);
});
