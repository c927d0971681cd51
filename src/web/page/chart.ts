// The chart of the rate: uPlot on a canvas, in the colours of the style sheet, as large as its place. It moves only when it is
// given something new, and a pointer over it reads a value off.
import uPlot from 'uplot';
import { formatRate, scaleRates } from '../../state/status/format.ts';
import { clockText } from './page-words.ts';
import type { Plot } from './series.ts';

export interface Chart {
  draw(plot: Plot, span: { from: number; to: number }): void;
  /** Says in words what the picture shows, for screen readers. */
  describe(words: string): void;
}

/** Seconds between two labels of time; the library leaves out some that suit a narrow chart. */
const TIME_STEPS = [5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600];

/** Where shares come closer than this there are no dots for them: they would be a line that says nothing. */
const LEAST_SHARE_PIXELS = 5;

export interface ChartListener {
  /** The words for the value under the pointer, or null when it leaves. */
  onRead(words: string | null): void;
  /** What the figures beside the chart count. */
  onUnit(unit: string): void;
  /** Whether there are dots for accepted shares. */
  onShares(shown: boolean): void;
}

export function makeChart(place: HTMLElement, listener: ChartListener): Chart {
  let shares: readonly number[] = [];
  let rates: readonly number[] = [];
  let span = { from: 0, to: 1 };
  const options: uPlot.Options = {
    ...sizeOf(place),
    padding: [12, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 8, width: 2 } },
    scales: {
      x: { time: true, range: () => [span.from, span.to] },
      // From zero on: a rate that wavers by a percent has to look so.
      y: { range: (_chart, _least, most) => [0, most > 0 ? most * 1.15 : 1] },
    },
    axes: [
      {
        stroke: () => colour('--muted'),
        font: font(),
        grid: { show: false },
        ticks: { show: false },
        space: 56,
        incrs: TIME_STEPS,
        size: 28,
        values: (chart, splits, _axis, _space, step) => splits.map((at) => timeLabel(chart, at, step)),
      },
      {
        stroke: () => colour('--muted'),
        font: font(),
        size: 48,
        grid: { stroke: () => colour('--line'), width: 1 },
        ticks: { show: false },
        space: 40,
        values: (_chart, splits) => {
          const { figures, unit } = scaleRates(splits, Math.max(...rates));
          listener.onUnit(unit);
          return figures.map((figure) => String(Number(figure)));
        },
      },
    ],
    series: [
      {},
      {
        stroke: () => colour('--accent'),
        width: 2,
        fill: (chart) => fade(chart),
        points: { show: false },
        spanGaps: false,
      },
    ],
    hooks: {
      draw: [(chart) => drawShares(chart, shares), drawNow],
      setCursor: [(chart) => listener.onRead(wordsAt(chart))],
    },
  };
  const chart = new uPlot(options, [[], []], place);
  chart.root.setAttribute('role', 'img');
  new ResizeObserver(() => {
    const size = sizeOf(place);
    if (size.width > 0 && size.width !== chart.width) chart.setSize(size);
  }).observe(place);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.redraw(false));
  return {
    draw(plot, newSpan) {
      rates = plot.rates.filter((rate) => rate !== null);
      shares = plot.shares.length * LEAST_SHARE_PIXELS > place.clientWidth ? [] : plot.shares;
      listener.onShares(shares.length > 0);
      span = newSpan;
      chart.setData([plot.seconds, plot.rates]);
    },
    describe: (words) => chart.root.setAttribute('aria-label', words),
  };
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}

/** With its seconds only where labels are closer than a minute, and not at all where the edge would cut it. */
function timeLabel(chart: uPlot, at: number, stepSeconds: number): string {
  const letters = stepSeconds < 60 ? 8 : 5;
  const room = chart.bbox.width / uPlot.pxRatio - chart.valToPos(at, 'x');
  return room < letters * 3.5 ? '' : clockText(new Date(at * 1000)).slice(0, letters);
}

function wordsAt(chart: uPlot): string | null {
  const index = chart.cursor.idx;
  if (index === null || index === undefined) return null;
  const at = chart.data[0][index];
  const rate = chart.data[1]?.[index];
  if (at === undefined || rate === null || rate === undefined) return null;
  return `${clockText(new Date(at * 1000))}: ${formatRate(rate)}`;
}

/** A dot at the foot of the chart for each time at which shares were accepted. */
function drawShares(chart: uPlot, shares: readonly number[]): void {
  const { ctx, bbox } = chart;
  const radius = 2.5 * uPlot.pxRatio;
  ctx.save();
  ctx.fillStyle = colour('--accent-strong');
  for (const at of shares) {
    const x = chart.valToPos(at, 'x', true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.arc(x, bbox.top + bbox.height - radius * 2, radius, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** A ring around the newest value. */
function drawNow(chart: uPlot): void {
  const at = chart.data[0].at(-1);
  const rate = chart.data[1]?.at(-1);
  if (at === undefined || rate === null || rate === undefined) return;
  const { ctx } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.arc(chart.valToPos(at, 'x', true), chart.valToPos(rate, 'y', true), 4 * uPlot.pxRatio, 0, 2 * Math.PI);
  ctx.fillStyle = colour('--accent');
  ctx.fill();
  ctx.lineWidth = 2 * uPlot.pxRatio;
  ctx.strokeStyle = colour('--card');
  ctx.stroke();
  ctx.restore();
}

function fade({ ctx, bbox }: uPlot): CanvasGradient {
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
  gradient.addColorStop(0, colour('--area-top'));
  gradient.addColorStop(1, colour('--area-foot'));
  return gradient;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function font(): string {
  return `12px ${getComputedStyle(document.body).fontFamily}`;
}
