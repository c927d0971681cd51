// A row of figures as a row of bars, for a terminal. Pure.

const BARS = '▁▂▃▄▅▆▇█';

/**
 * The newest of `values` that fit, oldest first, on a scale from zero to the largest of them: so that a small wobble of a
 * steady rate looks as small as it is. A value that is not known (null) is a gap.
 */
export function sparkline(values: readonly (number | null)[], columns: number): string {
  const shown = values.slice(Math.max(0, values.length - Math.max(0, columns)));
  const largest = Math.max(0, ...shown.map((value) => value ?? 0));
  return shown.map((value) => (value === null ? ' ' : barFor(value, largest))).join('');
}

function barFor(value: number, largest: number): string {
  const level = largest === 0 ? 0 : Math.ceil((Math.max(0, value) / largest) * BARS.length) - 1;
  return BARS[Math.max(0, level)] ?? ' ';
}
