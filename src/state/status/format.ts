// How figures are written for people: ages and rates, short and with their unit.

const RATE_UNITS = ['MAC/s', 'kMAC/s', 'MMAC/s', 'GMAC/s', 'TMAC/s', 'PMAC/s'] as const;

/** `512 GMAC/s`: three digits and a decimal prefix. */
export function formatRate(macsPerSecond: number): string {
  return formatRates([macsPerSecond]);
}

/** `512, 498, 501 GMAC/s`: several with the unit of the largest. */
export function formatRates(macsPerSecond: readonly number[]): string {
  const { figures, unit } = scaleRates(macsPerSecond);
  return `${figures.join(', ')} ${unit}`;
}

/** Three digits each, in the unit of the largest, which need not be among them. */
export function scaleRates(
  macsPerSecond: readonly number[],
  largest = Math.max(...macsPerSecond),
): { figures: string[]; unit: string } {
  let unit = 0;
  while (largest >= 999.5 * 1000 ** unit && unit < RATE_UNITS.length - 1) unit += 1;
  const figures = macsPerSecond.map((rate) => formatFigure(rate / 1000 ** unit, unit > 0));
  return { figures, unit: RATE_UNITS[unit] ?? '' };
}

function formatFigure(value: number, fractions: boolean): string {
  return value.toFixed(!fractions || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
}

/** Figures of a thread as they are shown: its number, `85.3 GMAC/s`, the core that it ran on and `2.70 GHz` where they are known. */
export interface ThreadFigures {
  thread: number;
  rate: string;
  core: number | null;
  clock: string | null;
}

/** All in the unit of the fastest. */
export function threadFigures(
  threads: readonly { macsPerSecond: number; core: number | null; megahertz: number | null }[],
): ThreadFigures[] {
  const { figures, unit } = scaleRates(threads.map(({ macsPerSecond }) => macsPerSecond));
  return threads.map(({ core, megahertz }, thread) => ({
    thread,
    rate: `${figures[thread]} ${unit}`,
    core,
    clock: megahertz === null ? null : `${(megahertz / 1000).toFixed(2)} GHz`,
  }));
}

/**
 * `12,345.678`: marks between the thousands, three decimals at most. Not `toLocaleString`, whose first call loads the tables of all
 * locales: a tenth of the dashboard's first picture.
 */
export function thousands(value: number): string {
  const [whole = '', part] = String(Number(value.toFixed(3))).split('.');
  const marked = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return part === undefined ? marked : `${marked}.${part}`;
}

/** `9 s`, `4 min 20 s`, `3 h 5 min`, `12 d 4 h`: the two largest units. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86400) return join(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return join(Math.floor(whole / 86400), 'd', Math.floor((whole % 86400) / 3600), 'h');
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
