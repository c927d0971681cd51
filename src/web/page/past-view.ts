// The part of the page about the past: which range is chosen, its chart, the sentence above it, the table below it, the events.
import type { ShownEvent } from '../../state/history/history-document.ts';
import { type Bin, isRange, RANGES, type RangeName } from '../../state/history/levels.ts';
import { formatRate, formatRates, scaleRates, thousands } from '../../state/status/format.ts';
import { Chart } from './chart.ts';
import { copyOf, element, fillRows, setText, show } from './dom.ts';
import { dayAndClock } from './page-words.ts';
import { binsOf, nearest, rowsOf, type ShownPast } from './series.ts';

/** A chart of less than this would be a single step. */
const LEAST_SECONDS = 60;
/** Of an event that a pointer is as near to, the words are shown. */
const NEAR_PART = 0.012;

const pastRow = copyOf('past-row');
const eventRow = copyOf('event-row');

export class PastView {
  readonly #chart: Chart;
  #range: RangeName = '15m';
  #past: ShownPast | null = null;
  #bins: readonly Bin[] = [];
  #nowSeconds = 0;
  #summary = '';
  #pointed: number | null = null;

  /** `onRange` hears that another range was chosen. */
  constructor(onRange: () => void) {
    this.#chart = new Chart(element('chart'), (atSeconds) => {
      this.#pointed = atSeconds;
      this.#showReading();
    });
    for (const input of document.querySelectorAll<HTMLInputElement>('input[name=range]')) {
      // A browser may bring an earlier choice back with the page.
      if (input.checked) this.#range = rangeNamed(input.value);
      input.addEventListener('change', () => {
        this.#range = rangeNamed(input.value);
        onRange();
      });
    }
    element('past').addEventListener('toggle', () => this.#showTable());
  }

  get range(): RangeName {
    return this.#range;
  }

  update(past: ShownPast, nowSeconds: number): void {
    this.#past = past;
    this.#bins = binsOf(past.points);
    this.#nowSeconds = nowSeconds;
    this.#summary = summaryOf(this.#bins, past.range, nowSeconds);
    this.#chart.describe(`Chart of rate and shares. ${this.#summary}`);
    this.#showReading();
    this.#showTable();
    this.#showEvents(past.events);
    // Last: it asks for its width, for which the browser lays out all that has changed.
    const events = past.events.map(({ lastAt }) => Date.parse(lastAt) / 1000);
    this.#chart.draw({ bins: this.#bins, stepSeconds: past.stepSeconds, span: this.#span(), events });
  }

  #span(): { from: number; to: number } {
    const first = this.#bins[0]?.at ?? this.#nowSeconds;
    const whole = this.#past === null ? LEAST_SECONDS : RANGES[this.#past.range].seconds;
    const from = Math.max(this.#nowSeconds - whole, first);
    return { from: Math.min(from, this.#nowSeconds - LEAST_SECONDS), to: this.#nowSeconds };
  }

  #showReading(): void {
    const at = this.#pointed;
    setText('reading', at === null ? this.#summary : (this.#wordsAt(at) ?? this.#summary));
  }

  #wordsAt(atSeconds: number): string | null {
    const { from, to } = this.#span();
    const near = (to - from) * NEAR_PART;
    const event = this.#past?.events.findLast(({ lastAt }) => Math.abs(Date.parse(lastAt) / 1000 - atSeconds) <= near);
    if (event !== undefined) return `${dayAndClock(event.lastAt)}: ${event.text}`;
    const bin = nearest(this.#bins, atSeconds - (this.#past?.stepSeconds ?? 0) / 2);
    if (bin === null || Math.abs(bin.at - atSeconds) > 3 * (this.#past?.stepSeconds ?? 1)) return null;
    const { at, mean, celsius, watts } = bin;
    const shares = (['accepted', 'rejected', 'stale', 'dropped'] as const).flatMap((name) =>
      bin[name] === 0 ? [] : [`${thousands(bin[name])} ${name}`],
    );
    const climate = [celsius === null ? [] : [`${celsius} °C`], watts === null ? [] : [`${watts} W`]].flat();
    return `${dayAndClock(new Date(at * 1000).toISOString())}: ${[formatRate(mean), ...shares, ...climate].join(', ')}`;
  }

  /** Only while it is open: it is not visible otherwise. */
  #showTable(): void {
    const details = element('past');
    if (this.#past === null || !(details instanceof HTMLDetailsElement) || !details.open) return;
    const { range } = this.#past;
    const rows = rowsOf(this.#bins, range);
    const { figures, unit } = scaleRates(rows.flatMap(({ mean, low, high }) => [mean, low, high]));
    const texts = rows.map((row, index) => [
      dayAndClock(new Date(row.at * 1000).toISOString()),
      ...figures.slice(index * 3, index * 3 + 3),
      ...[row.accepted, row.rejected, row.stale, row.dropped].map(thousands),
      row.celsius === null ? '–' : row.celsius.toFixed(0),
      row.watts === null ? '–' : row.watts.toFixed(0),
    ]);
    setText('past-caption', `Rate in ${unit}, and shares, over ${RANGES[range].words}, newest first`);
    fillRows(element('past-rows'), texts, pastRow);
  }

  #showEvents(events: readonly ShownEvent[]): void {
    const texts = [...events].reverse().map(({ lastAt, text, times }) => {
      return [dayAndClock(lastAt), times === 1 ? text : `${text} (${thousands(times)} times)`];
    });
    show('events-none', texts.length === 0);
    fillRows(element('event-list'), texts, eventRow);
  }
}

function summaryOf(bins: readonly Bin[], range: RangeName, nowSeconds: number): string {
  const [first] = bins;
  if (first === undefined) return 'Nothing was measured yet.';
  const mean = bins.reduce((sum, bin) => sum + bin.mean, 0) / bins.length;
  const [lowest, highest] = [Math.min(...bins.map(({ low }) => low)), Math.max(...bins.map(({ high }) => high))];
  const between = formatRates([lowest, highest]).replace(', ', ' to ');
  const { seconds, words } = RANGES[range];
  // What began later than the range did is not called by its name.
  const isShort = nowSeconds - first.at < seconds * 0.9;
  const time = isShort ? `since ${dayAndClock(new Date(first.at * 1000).toISOString())}` : `in ${words}`;
  return `Mean ${formatRate(mean)}, ${between} ${time}.`;
}

function rangeNamed(name: string): RangeName {
  return isRange(name) ? name : '15m';
}
