import t from 'tap';
import { toldRate } from '../../../src/gateway/pool/told-rate.ts';
import { blankStats } from '../../../src/state/stats/stats-record.ts';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const at = (secondsAgo: number) => new Date(NOW - 1000 * secondsAgo).toISOString();

function stats({ age = 2, uptimeSeconds = 90, last10s = 1000, last60s = 990 }) {
  const blank = blankStats();
  const rate = { ...blank.rate, macsPerSecond10s: last10s, macsPerSecond60s: last60s };
  return { kind: 'valid', value: { ...blank, updatedAt: at(age), uptimeSeconds, rate } } as const;
}

t.test('the rate of a full minute is told to a pool', async (t) => {
  t.equal(toldRate(stats({}), NOW), 990);
  t.equal(toldRate(stats({ uptimeSeconds: 60 }), NOW), 990);
});

t.test('none is told while the minute holds the time before the first job, and none that is old', async (t) => {
  t.equal(toldRate(stats({ uptimeSeconds: 59 }), NOW), null, 'the supervisor is younger than the window');
  t.equal(toldRate(stats({ last60s: 499 }), NOW), null, 'the window is less than half full');
  t.equal(toldRate(stats({ last60s: 0, last10s: 0 }), NOW), null, 'it does not mine');
  t.equal(toldRate(stats({ age: 15 }), NOW), null, 'the figures are of another process');
  t.equal(toldRate({ kind: 'missing' }, NOW), null);
});
