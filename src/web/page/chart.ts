// The chart, as a picture of vectors: the rate, the shares by what became of them, temperature and watts where they are measured,
// and the events across all of them. It is drawn when there is something new, and a pointer over it reads a value off.
import { type Bin, coarser } from '../../state/history/levels.ts';
import { scaleRates, thousands } from '../../state/status/format.ts';
import {
  areaPath,
  barSeconds,
  type ChartPoint,
  linePath,
  round,
  SHARE_PARTS,
  type Span,
  sharesIn,
  timeTicks,
  valueTicks,
} from './chart-scale.ts';
import { clockText, dayText } from './page-words.ts';
import { runsOf } from './series.ts';

export interface Plot {
  readonly bins: readonly Bin[];
  readonly stepSeconds: number;
  readonly span: Span;
  /** Unix seconds. */
  readonly events: readonly number[];
}

const LEFT = 46;
const RIGHT = 10;
const TOP = 22;
const FOOT = 22;
const BETWEEN = 30;
const LEAST_BAR = 5;

interface Panel {
  readonly name: 'rate' | 'shares' | 'celsius' | 'watts';
  readonly title: string;
  readonly top: number;
  readonly height: number;
  readonly ticks: readonly number[];
  readonly labels: readonly string[];
}

export class Chart {
  readonly #place: HTMLElement;
  readonly #onRead: (atSeconds: number | null) => void;
  #plot: Plot | null = null;
  #svg: SVGElement | null = null;
  #width = 0;

  /** `onRead` hears the time under the pointer, and null when it leaves. */
  constructor(place: HTMLElement, onRead: (atSeconds: number | null) => void) {
    this.#place = place;
    this.#onRead = onRead;
    place.setAttribute('role', 'img');
    place.addEventListener('pointermove', (event) => this.#point(event.clientX));
    place.addEventListener('pointerleave', () => this.#leave());
    // It tells the width that was drawn, too, before the first picture.
    new ResizeObserver(() => {
      if (place.clientWidth !== this.#width) this.#draw();
    }).observe(place);
  }

  draw(plot: Plot): void {
    this.#plot = plot;
    this.#draw();
  }

  /** Says in words what the picture shows, for screen readers. */
  describe(words: string): void {
    this.#place.setAttribute('aria-label', words);
  }

  #draw(): void {
    const width = this.#place.clientWidth;
    if (this.#plot === null || width === 0) return;
    this.#width = width;
    this.#svg = new Picture(this.#plot, width).svg;
    this.#place.replaceChildren(this.#svg);
  }

  #point(clientX: number): void {
    if (this.#plot === null || this.#svg === null) return;
    const { from, to } = this.#plot.span;
    const x = clientX - this.#place.getBoundingClientRect().left;
    const part = Math.min(1, Math.max(0, (x - LEFT) / (this.#place.clientWidth - LEFT - RIGHT)));
    const at = from + part * (to - from);
    this.#onRead(at);
    const cursor = this.#svg.querySelector('.cursor');
    const shown = LEFT + part * (this.#place.clientWidth - LEFT - RIGHT);
    cursor?.setAttribute('d', `M${round(shown)} ${TOP}V${this.#svg.clientHeight - FOOT}`);
  }

  #leave(): void {
    this.#svg?.querySelector('.cursor')?.setAttribute('d', '');
    this.#onRead(null);
  }
}

/** One drawing of a plot at a width. */
class Picture {
  readonly svg: SVGElement;
  readonly #plot: Plot;
  readonly #width: number;
  readonly #bars: readonly Bin[];

  constructor(plot: Plot, width: number) {
    this.#plot = plot;
    this.#width = width;
    const inner = width - LEFT - RIGHT;
    const seconds = barSeconds(plot.stepSeconds, plot.span, inner, LEAST_BAR);
    this.#bars = coarser(plot.bins, seconds);
    const panels = this.#panels();
    const last = panels.at(-1);
    const height = (last === undefined ? 0 : last.top + last.height) + FOOT;
    this.svg = make('svg', { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' });
    this.#times(height);
    for (const panel of panels) this.#panel(panel, seconds);
    this.#events(height);
    this.#add('path', { class: 'cursor' });
  }

  #panels(): Panel[] {
    const { bins } = this.#plot;
    const narrow = this.#width < 480;
    const rates = valueTicks(Math.max(0, ...bins.map(({ high }) => high)) * 1.05);
    const { figures, unit } = scaleRates(rates, rates.at(-1) ?? 0);
    const panels: Panel[] = [];
    let top = TOP;
    const add = (name: Panel['name'], title: string, height: number, ticks: number[], labels: string[]) => {
      panels.push({ name, title, top, height, ticks, labels });
      top += height + BETWEEN;
    };
    add(
      'rate',
      bins.length === 0 ? 'Rate' : `Rate, ${unit}`,
      narrow ? 130 : 170,
      rates,
      figures.map((figure) => String(Number(figure))),
    );
    const most = Math.max(0, ...this.#bars.map(sharesIn));
    const shares = valueTicks(most).filter((tick) => Number.isInteger(tick));
    add('shares', 'Shares', 56, ends(shares), ends(shares).map(thousands));
    for (const [name, title] of [
      ['celsius', 'Temperature, °C'],
      ['watts', 'Watts'],
    ] as const) {
      const values = bins.map((bin) => bin[name]).filter((value) => value !== null);
      if (values.length === 0) continue;
      const ticks = ends(valueTicks(Math.max(...values)));
      add(name, title, 56, ticks, ticks.map(String));
    }
    return panels;
  }

  #x(at: number): number {
    const { from, to } = this.#plot.span;
    return LEFT + ((at - from) / Math.max(1, to - from)) * (this.#width - LEFT - RIGHT);
  }

  #times(height: number): void {
    const { span } = this.#plot;
    const zone = -new Date(span.to * 1000).getTimezoneOffset() * 60;
    const { ticks, step } = timeTicks(span, Math.max(2, (this.#width - LEFT) / 90), zone);
    let grid = '';
    for (const at of ticks) {
      const text = step >= 86_400 ? dayText(at) : clockText(new Date(at * 1000)).slice(0, step < 60 ? 8 : 5);
      const x = this.#x(at);
      // Half a label is wider than the edge.
      if (x > this.#width - RIGHT - 18 || x < LEFT) continue;
      grid += `M${round(x)} ${TOP}V${height - FOOT}`;
      this.#text(text, { class: 'label', x: round(x), y: height - 5, 'text-anchor': 'middle' });
    }
    this.#path('grid-time', grid);
  }

  #panel(panel: Panel, seconds: number): void {
    const { top, height, ticks, labels, title, name } = panel;
    const most = ticks.at(-1) || 1;
    const y = (value: number) => top + height - (value / most) * height;
    this.#text(title, { class: 'panel-title', x: LEFT, y: top - 8 });
    this.#path('grid', ticks.map((tick) => `M${LEFT} ${round(y(tick))}H${this.#width - RIGHT}`).join(''));
    for (const [index, tick] of ticks.entries()) {
      const label = labels[index] ?? '';
      this.#text(label, { class: 'label', x: LEFT - 8, y: round(y(tick)) + 4, 'text-anchor': 'end' });
    }
    if (this.#plot.bins.length === 0) this.#nothing(panel);
    else if (name === 'shares') this.#shares(y, seconds);
    else if (name === 'rate') this.#rate(y);
    else this.#curve(name, y);
  }

  #nothing({ name, top, height }: Panel): void {
    if (name !== 'rate') return;
    const x = (this.#width + LEFT - RIGHT) / 2;
    this.#text('The first figures come within seconds.', {
      class: 'nothing',
      x: round(x),
      y: top + height / 2,
      'text-anchor': 'middle',
    });
  }

  #rate(y: (value: number) => number): void {
    for (const run of runsOf(this.#plot.bins, this.#plot.stepSeconds)) {
      const places = (value: (bin: Bin) => number): ChartPoint[] => this.#places(run, (bin) => y(value(bin)));
      const means = places(({ mean }) => mean);
      const ground = places(() => 0);
      const [highs, lows] = [places(({ high }) => high), places(({ low }) => low)];
      this.#path('area', areaPath(means, ground));
      this.#path('band', areaPath(highs, lows));
      this.#path('line', linePath(means));
    }
  }

  #curve(name: 'celsius' | 'watts', y: (value: number) => number): void {
    const measured = this.#plot.bins.filter((bin) => bin[name] !== null);
    for (const run of runsOf(measured, this.#plot.stepSeconds)) {
      this.#path(`line line-${name}`, linePath(this.#places(run, (bin) => y(bin[name] ?? 0))));
    }
  }

  /** In the middle of each bin; a lonely one is a short stroke. */
  #places(run: readonly Bin[], y: (bin: Bin) => number): ChartPoint[] {
    const { stepSeconds, span } = this.#plot;
    const middle = (at: number) => this.#x(Math.min(span.to, at + stepSeconds / 2));
    const places = run.map((bin): ChartPoint => [middle(bin.at), y(bin)]);
    const [only] = places;
    return places.length === 1 && only !== undefined
      ? [
          [only[0] - 1.5, only[1]],
          [only[0] + 1.5, only[1]],
        ]
      : places;
  }

  #shares(y: (value: number) => number, seconds: number): void {
    const drawn = { accepted: '', stale: '', rejected: '', dropped: '' };
    for (const bar of this.#bars) {
      const x = Math.max(LEFT, this.#x(bar.at));
      const width = Math.max(1, this.#x(Math.min(this.#plot.span.to, bar.at + seconds)) - x - 1);
      let below = 0;
      for (const part of SHARE_PARTS) {
        const count = bar[part];
        if (count === 0) continue;
        const [from, to] = [y(below), y(below + count)];
        drawn[part] += `M${round(x)} ${round(from)}V${round(to)}h${round(width)}V${round(from)}Z`;
        below += count;
      }
    }
    for (const part of SHARE_PARTS) this.#path(`bar-${part}`, drawn[part]);
  }

  /** A flag for each, but one for those that would lie on each other. */
  #events(height: number): void {
    const { span, events } = this.#plot;
    let last = Number.NEGATIVE_INFINITY;
    let [lines, flags] = ['', ''];
    for (const at of [...events].sort((a, b) => a - b)) {
      const x = this.#x(at);
      if (at < span.from || at > span.to || x - last < 6) continue;
      last = x;
      lines += `M${round(x)} ${TOP - 4}V${height - FOOT}`;
      flags += `M${round(x)} ${TOP - 2}l-4 -7h8Z`;
    }
    this.#path('event-line', lines);
    this.#path('event-flag', flags);
  }

  /** All of one look together: the browser's work goes by the number of elements. */
  #path(look: string, d: string): void {
    if (d !== '') this.#add('path', { class: look, d });
  }

  #text(text: string, attributes: Record<string, string | number>): void {
    this.#add('text', attributes).textContent = text;
  }

  #add(name: string, attributes: Record<string, string | number>): SVGElement {
    const element = make(name, attributes);
    this.svg.append(element);
    return element;
  }
}

/** The lowest and the highest: a low panel has no room for more. */
function ends(ticks: readonly number[]): number[] {
  const last = ticks.at(-1) ?? 0;
  return last === 0 ? [0] : [0, last];
}

function make(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
