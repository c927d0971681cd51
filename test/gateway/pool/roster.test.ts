import fc from 'fast-check';
import t from 'tap';
import type { SessionEnd } from '../../../src/gateway/pool/pool-session.ts';
import { backoffMs, POOL_TIMES } from '../../../src/gateway/pool/pool-times.ts';
import { choose, ended, loggedIn, newRoster, proven } from '../../../src/gateway/pool/roster.ts';

const ending = (kind: SessionEnd['kind'], now = 0, hadLogin = true) => ({
  end: { kind, reason: '' },
  hadLogin,
  now,
  random: 0.5,
  times: POOL_TIMES,
});

t.test('back-off doubles from 5 s to 120 s, give or take a fifth', async (t) => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 1000].map((failures) => backoffMs(failures, 0.5, POOL_TIMES));
  t.same(
    waits,
    [5, 10, 20, 40, 80, 120, 120, 120].map((seconds) => seconds * 1000),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, random) => {
        const wait = backoffMs(failures, random, POOL_TIMES);
        return wait >= 4000 && wait <= 144_000;
      },
    ),
  );
});

t.test(
  'the next in the list comes at once, and round again; with all of them waiting, the first that is due',
  async (t) => {
    let roster = newRoster(3);
    t.same(choose(roster, null, 0), { index: 0, waitMs: 0 });
    roster = ended(roster, 0, ending('fault'));
    t.same(choose(roster, 0, 0), { index: 1, waitMs: 0 });
    roster = ended(roster, 1, ending('refused'));
    t.same(choose(roster, 1, 0), { index: 2, waitMs: 0 });
    roster = ended(roster, 2, ending('fault', 1000));
    t.same(choose(roster, 2, 1000), { index: 0, waitMs: 4000 });
    t.same(choose(roster, 2, 5000), { index: 0, waitMs: 0 });
  },
);

t.test('refused logins and foreign dialects wait ten minutes', async (t) => {
  for (const kind of ['refused', 'dialect'] as const) {
    t.same(choose(ended(newRoster(1), 0, ending(kind)), 0, 0), { index: 0, waitMs: 600_000 });
  }
});

t.test('only a pool that proved itself starts over with its back-off', async (t) => {
  let roster = newRoster(1);
  for (let failure = 0; failure < 3; failure += 1) roster = ended(roster, 0, ending('fault'));
  t.equal(choose(loggedIn(roster, 0, 'object'), 0, 0).waitMs, 20_000);
  roster = ended(proven(roster, 0), 0, ending('fault'));
  t.equal(choose(roster, 0, 0).waitMs, 5000);
});

t.test('the array form is tried at once and once, and kept where it worked', async (t) => {
  const tried = ended(newRoster(1), 0, ending('login-silence', 7, false));
  t.match(tried[0], { form: 'array', triedArray: true, failures: 0 });
  t.equal(choose(tried, 0, 7).waitMs, 0);
  t.match(ended(tried, 0, ending('fault', 7, false))[0], { form: 'object', triedArray: true });
  const worked = ended(loggedIn(tried, 0, 'array'), 0, ending('fault'));
  t.match(worked[0], { form: 'array', triedArray: false });
});
