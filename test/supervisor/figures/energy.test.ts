// What a draw comes to: nothing where it is not measured, and each part that is known.
import t from 'tap';
import { energyOf } from '../../../src/supervisor/figures/energy.ts';

const IMPLIED = {
  macsPerSecond: 45e9,
  lowMacsPerSecond: 30e9,
  highMacsPerSecond: 60e9,
  measuredMacsPerSecond: 50e9,
  shares: 40,
  windowSeconds: 3600,
};
const DRAW = {
  watts: 50,
  shareSeconds: 72,
  price: 0.3,
  expectation: { prlPerDay: 0.2 },
  macsPerSecond: 50e9,
  impliedRate: IMPLIED,
};

t.test('of 50 W in a day, for a share, in money and beside the shares', async (t) => {
  t.same(energyOf(DRAW), {
    kilowattHoursPerDay: 1.2,
    kilowattHoursPerShare: 0.001,
    costPerDay: 0.36,
    // The shares stand for nine tenths of the rate.
    sharesPrlPerDay: 0.18,
  });
});

t.test('what is not known is null, and without a draw there is nothing', async (t) => {
  t.equal(energyOf({ ...DRAW, watts: null }), null);
  t.match(energyOf({ ...DRAW, price: null, shareSeconds: null }), { kilowattHoursPerShare: null, costPerDay: null });
  for (const unknown of [{ impliedRate: null }, { expectation: null }, { expectation: { prlPerDay: null } }]) {
    t.equal(energyOf({ ...DRAW, ...unknown })?.sharesPrlPerDay, null);
  }
  t.equal(energyOf({ ...DRAW, macsPerSecond: 0 })?.sharesPrlPerDay, null);
});
