import t from 'tap';
import { lastSecond, merge, plotOf, rowsOf, select } from '../../../src/web/page/series.ts';
import type { RatePast, RatePoint } from '../../../src/web/site/rate-history.ts';

function points(from: number, to: number, step: number, rate = 10): RatePoint[] {
  const made: RatePoint[] = [];
  for (let at = from; at <= to; at += step) made.push([at, rate, at]);
  return made;
}

function past(recent: RatePoint[], day: RatePoint[] = []): RatePast {
  return { recent: { stepSeconds: 2, points: recent }, day: { stepSeconds: 60, points: day } };
}

const seconds = (list: readonly RatePoint[]) => list.map(([at]) => at);

t.test('what comes is added to what is there, and what is older than the range goes', async (t) => {
  const first = merge(null, past(points(1000, 1010, 2)), 1010);
  t.equal(lastSecond(first), 1010);
  const second = merge(first, past(points(1012, 1014, 2)), 1014);
  t.same(seconds(second.recent.points), [1000, 1002, 1004, 1006, 1008, 1010, 1012, 1014]);
  const overlapping = merge(second, past(points(1010, 1016, 2, 99)), 1016);
  t.same(seconds(overlapping.recent.points), [1000, 1002, 1004, 1006, 1008, 1010, 1012, 1014, 1016]);
  t.equal(overlapping.recent.points.at(-2)?.[1], 99, 'the newer word counts');
  const later = merge(overlapping, past(points(1912, 1914, 2)), 1914);
  t.same(seconds(later.recent.points), [1014, 1016, 1912, 1914]);
  t.same(
    seconds(merge(second, past([]), 1016).recent.points),
    seconds(second.recent.points),
    'no news take nothing away',
  );
  const setBack = merge(second, past([]), 1005);
  t.equal(lastSecond(setBack), 1006, 'what a clock that was set back has made the future is not waited for');
  t.equal(lastSecond(null), null);
});

t.test('the quarter of an hour is fine, the day is coarse once there is enough of it', async (t) => {
  const young = past(points(100_000, 100_120, 2), points(100_000, 100_120, 60));
  t.equal(select(young, 'quarter', 100_120).stepSeconds, 2);
  t.equal(select(young, 'day', 100_120).stepSeconds, 2, 'two coarse points make no curve');
  const old = past(points(99_100, 100_000, 2), points(20_000, 100_000, 60));
  t.equal(select(old, 'day', 100_000).stepSeconds, 60);
  t.equal(select(old, 'hours', 100_000).points.length, 180, 'three hours of minutes');
  t.equal(select(old, 'quarter', 100_300).points.length, 301, 'what is older than the range is not shown');
});

t.test('a time without a measurement is a gap, not a line across it', async (t) => {
  const plot = plotOf({ points: [...points(0, 4, 2), ...points(104, 106, 2)], stepSeconds: 2 });
  t.same(plot.seconds, [0, 2, 4, 54, 104, 106]);
  t.same(plot.rates, [10, 10, 10, null, 10, 10]);
  t.same(plot.shares, [2, 4, 106], 'shares of the gap belong to no moment of it');
  t.same(plotOf({ points: [], stepSeconds: 2 }), { seconds: [], rates: [], shares: [] });
});

t.test('rows of equal times, newest first, with the shares of each', async (t) => {
  const rows = rowsOf(
    [
      [60, 10, 5],
      [62, 30, 6],
      [119, 20, 6],
      [120, 50, 9],
    ],
    60,
  );
  t.same(rows, [
    { fromSeconds: 120, mean: 50, lowest: 50, highest: 50, shares: 3 },
    { fromSeconds: 60, mean: 20, lowest: 10, highest: 30, shares: 1 },
  ]);
  t.same(rowsOf([], 60), []);
  t.equal(
    rowsOf(
      [
        [0, 1, 9],
        [60, 1, 2],
      ],
      60,
    )[0]?.shares,
    0,
    'a ledger that was emptied takes no shares back',
  );
});
