// How long a ban lasts, read from the pool's own words. Pure.

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WORDS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  fifteen: 15,
  thirty: 30,
};
const TIME =
  /\b(\d{1,7}|an?|one|two|three|four|five|six|ten|fifteen|thirty)[ -]?(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\b/i;
/** A pool that says longer is asked once a week all the same. */
const LONGEST_MS = 7 * 86_400_000;

/** Milliseconds that a pool says a ban takes (`banned for 3600 s`, `one hour max`), or null where it does not say. */
export function banMs(text: string): number | null {
  const [, amount = '', unit = ''] = TIME.exec(text) ?? [];
  const count = WORDS[amount.toLowerCase()] ?? Number(amount);
  const scale = UNITS[unit.charAt(0).toLowerCase()];
  return scale === undefined || !(count > 0) ? null : Math.min(count * scale, LONGEST_MS);
}
