// Times of the week at which something may happen: `mon-fri 22:00-07:00, sat-sun`. Pure. It goes by the clock on the wall of a
// time zone: an hour that summer time skips is in no window, and one that comes twice is in its window twice.
import { orNull } from '../base/errors.ts';

export interface Window {
  /** Of the day on which it begins, 0 for Sunday. */
  readonly days: readonly number[];
  /** Minutes since midnight; an end at or below the start is on the next day. */
  readonly from: number;
  readonly to: number;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const DAY_MINUTES = 24 * 60;
/** More than a person writes by hand. */
const MOST_WINDOWS = 50;

/** Undefined for a text that is none. */
export function readSchedule(text: string): Window[] | undefined {
  const parts = text.toLowerCase().split(',');
  const windows = parts.slice(0, MOST_WINDOWS).map(readWindow);
  const read = windows.filter((window) => window !== undefined);
  return read.length === parts.length ? read : undefined;
}

function readWindow(text: string): Window | undefined {
  const [, first, last, times] = /^\s*(?:([a-z]{3})(?:-([a-z]{3}))?)?\s*(\d\S*)?\s*$/.exec(text) ?? [];
  if (first === undefined && times === undefined) return undefined;
  const days = first === undefined ? EVERY_DAY : daysFrom(first, last ?? first);
  if (days === undefined) return undefined;
  if (times === undefined) return { days, from: 0, to: DAY_MINUTES };
  const [from, to, more] = times.split('-').map(minutesOf);
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  return from === to || from === DAY_MINUTES || times.split('-').length !== 2 ? undefined : { days, from, to };
}

function daysFrom(first: string, last: string): number[] | undefined {
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (from < 0 || to < 0) return undefined;
  return EVERY_DAY.slice(0, ((to - from + 7) % 7) + 1).map((step) => (from + step) % 7);
}

function minutesOf(text: string): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total <= DAY_MINUTES ? total : undefined;
}

/** Whether a moment is in one of the windows. @param timeZone null for this machine's. */
export function isScheduled(windows: readonly Window[], atMs: number, timeZone: string | null): boolean {
  const { day, minute } = onTheWall(atMs, timeZone);
  const before = (day + 6) % 7;
  return windows.some(({ days, from, to }) => {
    if (to > from) return days.includes(day) && minute >= from && minute < to;
    return (days.includes(day) && minute >= from) || (days.includes(before) && minute < to);
  });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function onTheWall(atMs: number, timeZone: string | null): { day: number; minute: number } {
  const zone = timeZone ?? '';
  const clock = clocks.get(zone) ?? clockOf(timeZone);
  clocks.set(zone, clock);
  const parts = Object.fromEntries(clock.formatToParts(atMs).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf((parts.weekday ?? '').toLowerCase());
  return { day, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

function clockOf(timeZone: string | null): Intl.DateTimeFormat {
  const fields = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-US', timeZone === null ? fields : { ...fields, timeZone });
}

/** Whether it is a time zone of the IANA database, such as Europe/Berlin. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && orNull(() => clockOf(name)) !== null;
}
