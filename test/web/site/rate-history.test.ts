import fc from 'fast-check';
import t from 'tap';
import { RateHistory, type RateSample } from '../../../src/web/site/rate-history.ts';

function sample(atSeconds: number, rate = 1000, acceptedShares = 0): RateSample {
  return { atMs: atSeconds * 1000, macsPerSecond10s: rate, macsPerSecond60s: rate / 2, acceptedShares };
}

t.test('every two seconds for a quarter of an hour, every minute for a day, and no more', async (t) => {
  const history = new RateHistory();
  const hours = 30;
  for (let at = 0; at < hours * 3600; at += 2) history.add(sample(at, at, at));
  const { recent, day } = history.since(Number.NEGATIVE_INFINITY);
  t.equal(recent.stepSeconds, 2);
  t.equal(recent.points.length, 450);
  t.same(recent.points.at(-1), [hours * 3600 - 2, hours * 3600 - 2, hours * 3600 - 2]);
  t.same(recent.points[0], [hours * 3600 - 900, hours * 3600 - 900, hours * 3600 - 900]);
  t.equal(day.stepSeconds, 60);
  t.equal(day.points.length, 1440);
  t.same(day.points[0], [6 * 3600, 3 * 3600, 6 * 3600], 'the rate over a minute, from a day ago on');
});

t.test('a client that has a part is given what came later', async (t) => {
  const history = new RateHistory();
  for (let at = 1000; at <= 1100; at += 2) history.add(sample(at));
  t.same(
    history.since(1094).recent.points.map(([at]) => at),
    [1096, 1098, 1100],
  );
  t.same(
    history.since(1059).day.points.map(([at]) => at),
    [1060],
  );
  t.same(history.since(1100).recent.points, []);
  t.same(history.since(9e9).recent.points, []);
});

t.test('a clock that is set back takes the points of the future with it', async (t) => {
  const history = new RateHistory();
  for (let at = 1000; at <= 1010; at += 2) history.add(sample(at, 1));
  history.add(sample(1006, 2));
  t.same(
    history.since(0).recent.points.map(([at, rate]) => [at, rate]),
    [
      [1000, 1],
      [1002, 1],
      [1004, 1],
      [1006, 2],
    ],
  );
});

t.test('whatever the clock does, times rise and the rings keep their bounds', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -500, max: 5000 }), { maxLength: 800 }), (jumps) => {
      const history = new RateHistory();
      let at = 1_000_000;
      for (const jump of jumps) {
        at += jump;
        history.add(sample(at));
      }
      const { recent, day } = history.since(Number.NEGATIVE_INFINITY);
      for (const { points, stepSeconds } of [recent, day]) {
        for (let index = 1; index < points.length; index++) {
          const [before = Number.NaN] = points[index - 1] ?? [];
          const [now = Number.NaN] = points[index] ?? [];
          if (!(now - before >= stepSeconds)) return false;
        }
      }
      return recent.points.length <= 450 && day.points.length <= 1440;
    }),
    { numRuns: 50 },
  );
});
