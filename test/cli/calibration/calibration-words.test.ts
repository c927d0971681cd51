// What a calibration tells people, and its moving bar.
import t from 'tap';
import { renderBar, showProgress } from '../../../src/cli/calibration/calibration-progress.ts';
import {
  describePower,
  describeProspects,
  describeRate,
  describeTimes,
} from '../../../src/cli/calibration/calibration-words.ts';
import type { Calibrated } from '../../../src/miner/calibration/calibration-session.ts';
import { costOf } from '../../../src/miner/power/energy-cost.ts';
import { perDay, usualRange } from '../../../src/protocol/expectation.ts';
import { PUBLISHED_CHAIN } from '../../../src/protocol/published-chain.ts';
import { PRESETS } from '../../../src/protocol/shapes.ts';

const FOUND: Calibrated = {
  choice: { kernel: 'avx2', threads: 4, blockRows: 64, shape: PRESETS.light, macsPerSecond: 1e12 },
  cores: 2,
  threads: 2,
  macsPerSecond: 9.03e11,
  spread: 0.0213,
  power: costOf('battery', 5, 30),
};

t.test('the range holds 19 of 20 waits, and the count of a day 19 of 20 days', async (t) => {
  const [shortest, longest] = usualRange(100);
  // The exponential distribution: 1 - exp(-x / mean) of all waits are shorter than x.
  t.ok(Math.abs(1 - Math.exp(-shortest / 100) - 0.025) < 1e-9);
  t.ok(Math.abs(Math.exp(-longest / 100) - 0.025) < 1e-9);
  t.same(perDay(864), { mean: 100, deviation: 19.6 });
  t.equal(perDay(86_400), null, 'one a day is no count to expect');
});

t.test('a rate is told with its spread, rounded up', async (t) => {
  t.equal(describeRate(FOUND), '903 GMAC/s (± 3 % over three runs), kernel avx2, 2 threads');
  t.match(describeRate({ ...FOUND, spread: 0, threads: 1 }), /± 1 %.* 1 thread$/);
});

t.test('times are told with their range, from seconds to thousands of years', async (t) => {
  t.same(describeTimes({ shareSeconds: 180, blockSeconds: 12_345 * 365.25 * 86_400 }), [
    'A share about every 3 min, 480 ± 43 a day; 19 of 20 take 4 s to 11 min 3 s (chance).',
    'A block about every 12,000 years; 19 of 20 take 310 years to 46,000 years (chance).',
  ]);
  t.same(describeTimes({ shareSeconds: 20_000, blockSeconds: 20_000 }).length, 1, 'alone, a share is a block');
  t.same(describeTimes({ shareSeconds: null, blockSeconds: 0.2 }), [
    'A share: never, at this rate.',
    'A block in less than 1 s: about 5 a second.',
  ]);
  t.same(describeTimes({ shareSeconds: 1 / 6937, blockSeconds: 2 }), [
    'A share in less than 1 s: about 6,900 a second.',
    'A block about every 2 s, 43200 ± 408 a day; 19 of 20 take less than 1 s to 7 s (chance).',
  ]);
});

t.test('a chain that follows the rate, and what is not known, are said to be so', async (t) => {
  t.match(describeProspects({ kind: 'following', blockSeconds: 2 }), [/every 2 s, whatever the rate/]);
  t.match(describeProspects({ kind: 'unknown', why: 'no pool answered' }), [/not known now: no pool answered\./]);
  const expected = { shareSeconds: 3600, blockSeconds: null };
  const times = { kind: 'times', times: expected, source: 'a gateway' } as const;
  t.same(describePower(FOUND, times, 0.5, PUBLISHED_CHAIN), [
    'The machine draws 30 W while mining, 5.0 W before: 25 W more, 0.60 kWh in a day of it.',
    'That is 25 Wh a share, and 0.30 a day, at 0.5 a kWh.',
    "Its work is worth about 0.019 PRL a day, by the chain of 2026-10-02 and before a pool's fee.",
  ]);
  t.same(describePower(FOUND, null, null, null).length, 1, 'only what is known');
  const none = (hint: string | null) => ({ ...FOUND, power: { source: null, reason: 'it tells nothing', hint } });
  const words = 'What it costs is not measurable here: it tells nothing.';
  t.same(describePower(none(null), times, 0.5, null), [words]);
  t.same(describePower(none('sudo x'), null, null, null), [`${words} To see it: sudo x`]);
});

t.test('the bar fits its terminal, is wiped away, and is lines where the terminal cannot redraw', async (t) => {
  t.equal(renderBar(0, 10, 'kernel x', 80), '▕░░░░░░░░░░░░░░░░░░░░▏ 0/10  kernel x');
  t.equal(renderBar(10, 10, 'kernel x', 80), '▕████████████████████▏ 10/10  kernel x');
  t.equal(renderBar(5, 10, 'kernel x', 40).length, 37);
  t.equal(renderBar(5, 10, 'a very long label indeed, it is', 30).length, 30);
  let shown = '';
  const stream = { columns: 80, write: (text: string) => (shown += text) };
  const live = showProgress(stream, true);
  live.tell(0, 2, 'kernel x', null);
  live.tell(1, 2, 'kernel x', 5e9);
  live.tell(1, 2, 'kernel y', null);
  t.match(shown, 'kernel y  (kernel x: 5.00 GMAC/s)');
  live.end();
  t.ok(shown.endsWith('\r\u001b[K'));
  t.notMatch(shown, '\n');
  shown = '';
  const piped = showProgress(stream, false);
  piped.tell(0, 2, 'kernel x', null);
  piped.tell(1, 2, 'kernel x', 5e9);
  piped.end();
  t.equal(shown, '1/2  kernel x: 5.00 GMAC/s\n');
});
