import fc from 'fast-check';
import t from 'tap';
import type { SessionEnd } from '../../../src/gateway/pool/connection/pool-session.ts';
import { backoffMs, POOL_TIMES } from '../../../src/gateway/pool/pool-times.ts';
import { choose, type Ending, ended, loggedIn, newRoster, proven, trusted } from '../../../src/gateway/pool/roster.ts';

const rosterOf = (pools: number) => newRoster(Array.from({ length: pools }, () => null));

const ending = (kind: SessionEnd['kind'], now = 0, change: Partial<Ending> = {}): Ending => ({
  end: { kind, reason: '' },
  hadLogin: true,
  hadJob: false,
  wasIdle: false,
  wasPing: false,
  vanished: false,
  now,
  random: 0.5,
  times: POOL_TIMES,
  ...change,
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
    let roster = rosterOf(3);
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
    t.same(choose(ended(rosterOf(1), 0, ending(kind)), 0, 0), { index: 0, waitMs: 600_000 });
  }
});

t.test('only a pool that proved itself starts over with its back-off', async (t) => {
  let roster = rosterOf(1);
  for (let failure = 0; failure < 3; failure += 1) roster = ended(roster, 0, ending('fault'));
  t.equal(choose(loggedIn(roster, 0, 'object'), 0, 0).waitMs, 20_000);
  roster = ended(proven(roster, 0), 0, ending('fault'));
  t.equal(choose(roster, 0, 0).waitMs, 5000);
});

t.test('another form of the login is tried at once, and what worked is kept', async (t) => {
  const silence = ending('form', 7, {
    hadLogin: false,
    end: { kind: 'form', failure: 'silence', reason: 'no answer' },
  });
  const tried = ended(rosterOf(1), 0, silence);
  t.match(tried[0], { plan: { form: 'array' }, failures: 0 });
  t.equal(choose(tried, 0, 7).waitMs, 0);
  t.match(ended(tried, 0, ending('fault', 7, { hadLogin: false }))[0], {
    plan: { form: 'object', triedSilence: true },
  });
  const worked = ended(loggedIn(tried, 0, 'array'), 0, ending('fault'));
  t.match(worked[0], { plan: { form: 'array', worked: 'array' } });
  const vanished = ended(worked, 0, ending('fault', 9, { vanished: true }));
  t.match(
    vanished[0],
    { plan: { form: 'object', worked: null } },
    'a form whose proofs never get a verdict is forgotten',
  );
});

t.test('a session that served jobs does not make the wait grow', async (t) => {
  let roster = rosterOf(1);
  for (let session = 0; session < 5; session += 1) roster = ended(roster, 0, ending('fault', 0, { hadJob: true }));
  t.equal(choose(roster, 0, 0).waitMs, 5000);
});

t.test(
  'two idle sessions that the pool closed bring pings, and one that a ping ended takes them away for good',
  async (t) => {
    let roster = ended(rosterOf(1), 0, ending('fault', 0, { hadJob: true, wasIdle: true }));
    t.equal(roster[0]?.pings, null);
    roster = ended(roster, 0, ending('fault', 0, { hadJob: true, wasIdle: true }));
    t.equal(roster[0]?.pings, 'wanted');
    roster = ended(roster, 0, ending('fault', 0, { wasPing: true }));
    for (const _ of [1, 2, 3]) roster = ended(roster, 0, ending('fault', 0, { wasIdle: true }));
    t.equal(roster[0]?.pings, 'unwanted');
  },
);

t.test('a ban lasts as long as it says, else a quarter of an hour; no network costs the pool nothing', async (t) => {
  const banned = (waitMs: number | null) => ending('banned', 0, { end: { kind: 'banned', reason: 'banned', waitMs } });
  t.equal(choose(ended(rosterOf(1), 0, banned(3_600_000)), 0, 0).waitMs, 3_600_000);
  t.equal(choose(ended(rosterOf(1), 0, banned(null)), 0, 0).waitMs, 900_000);
  let roster = rosterOf(1);
  for (const _ of [1, 2, 3, 4]) roster = ended(roster, 0, ending('offline'));
  t.match(roster[0], { failures: 0, notBefore: 5000 });
});

t.test('a pool that takes no shares is asked again with growing patience, until it is trusted', async (t) => {
  let roster = rosterOf(2);
  const waits = [1, 2, 3].map(() => {
    roster = ended(roster, 0, ending('rejecting'));
    return (roster[0]?.notBefore ?? 0) / 1000;
  });
  t.same(waits, [300, 600, 1200]);
  t.match(ended(trusted(roster, 0), 0, ending('rejecting'))[0], { notBefore: 300_000 });
});
