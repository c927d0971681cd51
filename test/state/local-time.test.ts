import t from 'tap';
import { localMinute, localTime } from '../../src/state/local-time.ts';

t.test('a moment is shown in the local time zone, with its offset', async (t) => {
  const zone = process.env.TZ;
  t.teardown(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const winter = new Date('2026-01-31T23:30:15.999Z');
  const summer = new Date('2026-07-01T00:05:00Z');
  for (const [place, inWinter, inSummer] of [
    ['UTC', '2026-01-31 23:30:15 UTC', '2026-07-01 00:05 UTC'],
    ['Europe/Berlin', '2026-02-01 00:30:15 +01:00', '2026-07-01 02:05 +02:00'],
    ['America/St_Johns', '2026-01-31 20:00:15 -03:30', '2026-06-30 21:35 -02:30'],
    ['Asia/Kathmandu', '2026-02-01 05:15:15 +05:45', '2026-07-01 05:50 +05:45'],
  ] as const) {
    process.env.TZ = place;
    t.same([localTime(winter), localMinute(summer)], [inWinter, inSummer], place);
  }
});
