// The part of the page about the rate's past: which range is chosen, its chart, the sentence above and the table below.
import { formatRate, formatRates, scaleRates } from '../../state/status/format.ts';
import type { RatePast, RatePoint } from '../site/rate-history.ts';
import type { Chart } from './chart.ts';
import { copyOf, element, fillRows, setText, show } from './dom.ts';
import { dayAndClock } from './page-words.ts';
import { plotOf, RANGES, type RangeName, rowsOf, select } from './series.ts';

/** A chart of less than this would be a single step. */
const LEAST_SECONDS = 30;

const pastRow = copyOf('past-row');

export class PastView {
  #chart: Chart | null = null;
  #range: RangeName = 'quarter';
  #past: RatePast | null = null;
  #nowSeconds = 0;
  #summary = '';
  #read: string | null = null;

  constructor() {
    for (const input of document.querySelectorAll<HTMLInputElement>('input[name=range]')) {
      // A browser may bring an earlier choice back with the page.
      if (input.checked) this.#range = rangeNamed(input.value);
      input.addEventListener('change', () => {
        this.#range = rangeNamed(input.value);
        this.#show();
      });
    }
    element('past').addEventListener('toggle', () => this.#showTable());
  }

  /** Everything else about the past is there without it. */
  async addChart(): Promise<void> {
    const { makeChart } = await import('./chart.ts');
    this.#chart = makeChart(element('chart'), {
      onRead: (words) => {
        this.#read = words;
        this.#showReading();
      },
      onUnit: (unit) => setText('chart-unit', unit),
      onShares: (shown) => show('chart-key', shown),
    });
    this.#show();
  }

  update(past: RatePast, nowSeconds: number): void {
    this.#past = past;
    this.#nowSeconds = nowSeconds;
    this.#show();
  }

  #points(): readonly RatePoint[] {
    return this.#past === null ? [] : select(this.#past, this.#range, this.#nowSeconds).points;
  }

  #show(): void {
    if (this.#past === null) return;
    const section = select(this.#past, this.#range, this.#nowSeconds);
    const first = section.points[0]?.[0] ?? this.#nowSeconds;
    const from = Math.min(first, this.#nowSeconds - LEAST_SECONDS);
    this.#chart?.draw(plotOf(section), { from, to: this.#nowSeconds });
    this.#summary = summaryOf(section.points, this.#range, this.#nowSeconds);
    this.#chart?.describe(`Chart of the rate. ${this.#summary}`);
    this.#showReading();
    this.#showTable();
  }

  #showReading(): void {
    setText('reading', this.#read ?? this.#summary);
  }

  /** Only while it is open: it is not visible otherwise. */
  #showTable(): void {
    const details = element('past');
    if (!(details instanceof HTMLDetailsElement) || !details.open) return;
    const rows = rowsOf(this.#points(), RANGES[this.#range].rowSeconds);
    const { figures, unit } = scaleRates(rows.flatMap(({ mean, lowest, highest }) => [mean, lowest, highest]));
    const texts = rows.map(({ fromSeconds, shares }, index) => [
      dayAndClock(new Date(fromSeconds * 1000).toISOString()),
      ...figures.slice(index * 3, index * 3 + 3),
      String(shares),
    ]);
    setText('past-caption', `Rate in ${unit} over ${RANGES[this.#range].words}, newest first`);
    fillRows(element('past-rows'), texts, pastRow);
  }
}

function summaryOf(points: readonly RatePoint[], range: RangeName, nowSeconds: number): string {
  const rates = points.map(([, rate]) => rate);
  if (rates.length < 2) return 'Nothing was measured yet.';
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
  const between = formatRates([lowest, highest]).replace(', ', ' to ');
  const { seconds, words } = RANGES[range];
  const first = points[0]?.[0] ?? nowSeconds;
  // What began later than the range did is not called by its name.
  const time =
    nowSeconds - first < seconds * 0.9 ? `since ${dayAndClock(new Date(first * 1000).toISOString())}` : `in ${words}`;
  return `Mean ${formatRate(mean)}, ${between} ${time}.`;
}

function rangeNamed(name: string): RangeName {
  return Object.hasOwn(RANGES, name) ? (name as RangeName) : 'quarter';
}
