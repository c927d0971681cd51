import t from 'tap';
import { pauseEnd } from '../../src/cli/pause-end.ts';

t.test('a pause ends after a time, or when the clock shows one', async (t) => {
  const now = new Date(2026, 10, 30, 17, 30, 0, 250).getTime();
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 0).getTime();
  t.equal(pauseEnd({}, now), null);
  t.equal(pauseEnd({ for: '2h' }, now), now - 250 + 2 * 3_600_000 + 1000, 'whole seconds, never too short');
  t.equal(pauseEnd({ for: '90s' }, now - 250), now - 250 + 90_000);
  t.equal(pauseEnd({ until: '18:00' }, now), at(30, 18));
  t.equal(pauseEnd({ until: '7:00' }, now), at(31, 7), 'tomorrow');
  for (const given of [{ for: '2' }, { for: '0h' }, { for: 'soon' }, { until: '24:00' }, { until: '6pm' }]) {
    t.throws(() => pauseEnd(given, now), { code: 'USAGE' }, JSON.stringify(given));
  }
});
