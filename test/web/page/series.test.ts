import fc from 'fast-check';
import t from 'tap';
import { RANGES } from '../../../src/state/history/levels.ts';
import { barSeconds, timeTicks, valueTicks } from '../../../src/web/page/chart-scale.ts';
import { binsOf, lastSecond, merge, nearest, rowsOf, runsOf, type ShownPast } from '../../../src/web/page/series.ts';

function past(from: number, to: number, rate = 10, range: ShownPast['range'] = '15m'): ShownPast {
  const points: ShownPast['points'] = [];
  for (let at = from; at <= to; at += 5) points.push([at, rate, rate - 1, rate + 1, 1, 0, 0, 0, null, null]);
  return { range, stepSeconds: 5, points, events: [] };
}

const seconds = ({ points }: ShownPast) => points.map(([at]) => at);

t.test('what comes is added to what is there, and what is older than the range goes', async (t) => {
  const first = merge(null, past(1000, 1010), 1010);
  t.equal(lastSecond(first), 1010);
  const second = merge(first, past(1010, 1015, 99), 1015);
  t.same(seconds(second), [1000, 1005, 1010, 1015]);
  t.equal(second.points[2]?.[1], 99, 'the bin that grew is the newer one');
  t.same(seconds(merge(second, past(1905, 1905), 1905)), [1005, 1010, 1015, 1905]);
  t.same(seconds(merge(second, past(0, -1), 1016)), seconds(second), 'no news take nothing away');
  t.same(seconds(merge(second, past(0, -1), 1005)), [1000, 1005], 'but what has become the future goes');
  t.same(seconds(merge(second, past(7200, 7205, 1, '3h'), 7205)), [7200, 7205], 'another range begins anew');
  t.equal(lastSecond(null), null);
});

t.test('a time without measurements parts two runs, and rows add up', async (t) => {
  const bins = binsOf([...past(1000, 1020).points, ...past(1100, 1110).points]);
  t.same(
    runsOf(bins, 5).map((run) => run.length),
    [5, 3],
  );
  const rows = rowsOf(bins, '15m');
  t.same(
    rows.map(({ at, accepted, low, high }) => [at, accepted, low, high]),
    [
      [1080, 3, 9, 11],
      [1020, 1, 9, 11],
      [960, 4, 9, 11],
    ],
  );
  t.equal(nearest(bins, 1098)?.at, 1100);
  t.equal(nearest([], 1)?.at, undefined);
});

t.test('the axes have few round labels, whatever they span', async () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(RANGES)),
      fc.nat(2e9),
      fc.integer({ min: 5, max: 14 }),
      (range, to, most) => {
        const span = { from: to - range.seconds, to };
        const { ticks, step } = timeTicks(span, most, 3600);
        const rises = ticks.every((at, index) => index === 0 || at - (ticks[index - 1] ?? 0) === step);
        return (
          ticks.length <= most + 1 &&
          rises &&
          ticks.every((at) => at >= span.from && at <= to && (at + 3600) % step === 0)
        );
      },
    ),
  );
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e18, noNaN: true }), (most) => {
      const ticks = valueTicks(most);
      return ticks[0] === 0 && ticks.length >= 2 && ticks.length <= 7 && (ticks.at(-1) ?? 0) >= most * (1 - 1e-9);
    }),
  );
});

t.test('an empty chart has one label, not the same one three times', async (t) => {
  t.same(valueTicks(0), [0]);
});

t.test('a bar is a whole number of bins, and wide enough to be seen', async (t) => {
  const span = { from: 0, to: 2_592_000 };
  t.equal(barSeconds(7200, span, 1100, 5), 14_400);
  t.equal(barSeconds(7200, span, 4000, 5), 7200);
});
