// Times of the week: what is read, and which moments are inside, over midnight, the week's edge, leap days and summer time.
import fc from 'fast-check';
import t from 'tap';
import { isScheduled, isTimeZone, readSchedule } from '../../src/config/schedule.ts';

const NIGHTS = 'mon-fri 22:00-07:00, sat-sun';

function inside(text: string, at: string, timeZone = 'UTC'): boolean {
  const windows = readSchedule(text);
  if (windows === undefined) throw new Error(`${text} is no schedule`);
  return isScheduled(windows, Date.parse(at), timeZone);
}

t.test('days, times and both are read, and nothing else', async (t) => {
  for (const text of [NIGHTS, 'MON', '0:00-24:00', 'fri-mon 8:30-9:00', ' sat , sun 1:00-2:00', '22:00-00:00']) {
    t.ok(readSchedule(text), text);
  }
  const faults = [
    '',
    'mon-',
    'xyz',
    'mon 8-9',
    '8:00',
    '8:00-8:00',
    '8:60-9:00',
    '25:00-26:00',
    '24:00-1:00',
    'mon,',
    '1:00-2:00-3:00',
  ];
  for (const text of [...faults, 'mon tue', `${'mon,'.repeat(60)}mon`]) t.equal(readSchedule(text), undefined, text);
  t.doesNotThrow(() => fc.assert(fc.property(fc.string(), (text) => void readSchedule(text))));
  t.ok(isTimeZone('Europe/Berlin'));
  for (const name of ['', 'Berlin', '+02:00x', 'Europe/Nowhere']) t.notOk(isTimeZone(name), name);
});

t.test('a window over midnight belongs to the day on which it begins', async (t) => {
  // 2026-11-30 is a Monday.
  const cases: [at: string, is: boolean][] = [
    ['2026-11-30T21:59:59Z', false],
    ['2026-11-30T22:00:00Z', true],
    ['2026-12-01T06:59:59Z', true],
    ['2026-12-01T07:00:00Z', false],
    ['2026-11-30T06:00:00Z', false], // The night of Sunday has no window of its own.
    ['2026-12-04T23:00:00Z', true],
    ['2026-12-05T06:30:00Z', true],
    ['2026-12-05T12:00:00Z', true],
    ['2026-12-06T23:59:59Z', true],
    ['2026-12-07T00:00:00Z', false],
    ['2028-02-29T23:00:00Z', true], // A leap day, a Tuesday.
    ['2028-03-01T06:59:00Z', true],
  ];
  for (const [at, is] of cases) t.equal(inside(NIGHTS, at), is, at);
  t.ok(inside('sat 23:00-01:00', '2026-12-06T00:30:00Z'), 'over the edge of the week');
  t.notOk(inside('sat 23:00-01:00', '2026-12-05T00:30:00Z'));
});

t.test('it goes by the clock on the wall when summer time begins and ends', async (t) => {
  const zone = 'Europe/Berlin';
  // 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
  t.notOk(inside('02:30-03:30', '2026-03-29T00:59:59Z', zone), '01:59 before the skipped hour');
  t.ok(inside('02:30-03:30', '2026-03-29T01:00:00Z', zone), '03:00 right after it');
  t.notOk(inside('02:00-03:00', '2026-03-29T01:00:00Z', zone), 'a window inside the skipped hour does not come');
  for (const at of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'])
    t.ok(inside('02:00-03:00', at, zone), `${at}, 02:30 twice`);
  t.notOk(inside('02:00-03:00', '2026-10-25T02:00:00Z', zone));
  t.ok(inside('mon', '2026-12-06T16:00:00Z', 'Asia/Tokyo'), 'Monday comes earlier in Tokyo');
});

t.test('a schedule and its opposite share out every moment', async (t) => {
  const minute = fc.integer({ min: 0, max: 1439 });
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  const at = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => new Date(seconds * 1000).toISOString());
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(minute, minute, at, zone, (from, to, moment, place) => {
      fc.pre(from !== to);
      const [one, other] = [`${clock(from)}-${clock(to)}`, `${clock(to)}-${clock(from)}`];
      return inside(one, moment, place) !== inside(other, moment, place);
    }),
  );
  t.pass();
});
