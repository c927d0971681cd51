// Moments as a person reads them: in the time zone of the reader (of the variable TZ, where it is set), with its offset.

/** `2026-01-02 15:04:05 +01:00`; the offset of UTC is `UTC`. */
export function localTime(date: Date): string {
  const { day, clock, zone } = localParts(date);
  return `${day} ${clock} ${zone}`;
}

/** `2026-01-02 15:04 +01:00`. */
export function localMinute(date: Date): string {
  const { day, clock, zone } = localParts(date);
  return `${day} ${clock.slice(0, 5)} ${zone}`;
}

export function localParts(date: Date): { day: string; clock: string; zone: string } {
  const minutes = -date.getTimezoneOffset();
  const shifted = new Date(date.getTime() + minutes * 60_000).toISOString();
  return { day: shifted.slice(0, 10), clock: shifted.slice(11, 19), zone: zoneOf(minutes) };
}

function zoneOf(minutes: number): string {
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) =>
    String(n).padStart(2, '0'),
  );
  return `${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}
