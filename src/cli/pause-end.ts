// When a pause ends: `--for 2h`, or `--until 18:00` of this shell's clock. Pure.
import { PearlError } from '../base/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SECOND_MS = 1000;

/**
 * Milliseconds of the wall clock, or null without an end. Whole seconds, at which the supervisor looks.
 *
 * @throws PearlError USAGE for what is neither.
 */
export function pauseEnd(
  given: { for?: string | undefined; until?: string | undefined },
  nowMs: number,
): number | null {
  if (given.for !== undefined) {
    const [, count = '0', unit = ''] = /^(\d{1,4})([smhd])$/.exec(given.for) ?? [];
    if (Number(count) === 0) throw unknown('--for', given.for, 'a time, such as 90s, 30m, 2h or 1d');
    return Math.ceil((nowMs + Number(count) * (UNIT_MS[unit] ?? 0)) / SECOND_MS) * SECOND_MS;
  }
  return given.until === undefined ? null : nextTime(given.until, nowMs);
}

/** The next time that the clock on the wall shows it: today, or tomorrow. */
function nextTime(text: string, nowMs: number): number {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59) {
    throw unknown('--until', text, 'a time of the day, such as 18:00');
  }
  const today = new Date(nowMs).setHours(Number(hour), Number(minute), 0, 0);
  if (today > nowMs) return today;
  // Through the calendar: a day may have 23 hours.
  const tomorrow = new Date(nowMs);
  tomorrow.setDate(tomorrow.getDate() + 1);
  return tomorrow.setHours(Number(hour), Number(minute), 0, 0);
}

function unknown(flag: string, text: string, what: string): PearlError {
  return new PearlError('USAGE', `${flag} does not take ${text.slice(0, 40)}.`, { hint: `Type ${what}.` });
}
