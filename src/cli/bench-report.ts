// What `pearlctl bench` answers: one document, or a table of several runs. Pure.
import type { BenchResult } from '../native/native.ts';
import type { Shape } from '../protocol/shapes.ts';
import { formatRate } from '../state/status/format.ts';
import { alignColumns } from '../state/text-table.ts';

/** A shape with the name that it has in the configuration, `custom` without one. */
export type NamedShape = Shape & { readonly preset: string };

/** One run, as `--json` prints it. Rates in multiply-accumulates per second of processor time, all threads together. */
export interface BenchReport extends Omit<BenchResult, 'memoryBytes'> {
  readonly threads: number;
  /** With the rows and columns of a tile, `h` and `w`. */
  readonly shape: Omit<NamedShape, 'rows' | 'cols'> & { readonly h: number; readonly w: number };
  /** Null where the peak is not known. */
  readonly fractionOfPeak: number | null;
}

export function reportOf(result: BenchResult, threads: number, shape: NamedShape): BenchReport {
  const { kernel, macsPerSecond, peakMacsPerSecond, scalarMacsPerSecond, attempts, seconds, eliminated } = result;
  const { preset, m, n, k, rank, rows, cols } = shape;
  return {
    kernel,
    threads,
    shape: { preset, m, n, k, rank, h: rows.length, w: cols.length },
    macsPerSecond,
    peakMacsPerSecond,
    fractionOfPeak: peakMacsPerSecond === null ? null : macsPerSecond / peakMacsPerSecond,
    scalarMacsPerSecond,
    attempts,
    seconds,
    eliminated,
  };
}

/** What a figure is worth nothing without. */
interface Machine {
  readonly version: string;
  /** As the system calls it: `AMD EPYC 9B14`. */
  readonly processor: string;
  readonly cores: number;
  readonly platform: string;
}

/** A line a run, the same words in the same order on every machine: what people can send, and nothing that tells who they are. */
export function reportLines(reports: readonly BenchReport[], machine: Machine): string {
  const processor =
    machine.processor
      .replace(/[^\x21-\x7e]+/g, ' ')
      .replace(/"/g, '')
      .trim() || 'unknown';
  const giga = (rate: number | null) => (rate === null ? '-' : (rate / 1e9).toFixed(1));
  return reports
    .map(({ kernel, threads, shape, macsPerSecond, peakMacsPerSecond, fractionOfPeak }) =>
      [
        `pearlctl ${machine.version}`,
        `"${processor}"`,
        `${machine.cores} cores`,
        machine.platform,
        kernel,
        `threads ${threads}`,
        shape.preset,
        `${giga(macsPerSecond)} GMAC/s`,
        `peak ${giga(peakMacsPerSecond)}`,
        `fraction ${fractionOfPeak === null ? '-' : fractionOfPeak.toFixed(3)}`,
      ].join(', '),
    )
    .join('\n');
}

const COLUMNS = ['kernel', 'threads', 'rate', 'of peak', 'x scalar', 'saved'] as const;

/** A line a run, below the shape that all of them share. */
export function renderReports(reports: readonly BenchReport[]): string {
  const first = reports[0];
  if (first === undefined) return '';
  const { preset, m, n, k, rank, h, w } = first.shape;
  const scalar = reports.find((report) => report.scalarMacsPerSecond !== null)?.scalarMacsPerSecond ?? null;
  const rows = [COLUMNS as readonly string[], ...reports.map((report) => cells(report, scalar))];
  return [
    `shape ${preset}: m ${m}, n ${n}, k ${k}, rank ${rank}, tile ${h}x${w}`,
    ...alignColumns(rows, new Set([1, 2, 3, 4, 5])),
    '',
  ].join('\n');
}

function cells(report: BenchReport, scalar: number | null): string[] {
  const { kernel, threads, macsPerSecond, fractionOfPeak, eliminated } = report;
  return [
    kernel,
    String(threads),
    formatRate(macsPerSecond),
    fractionOfPeak === null ? '-' : `${(fractionOfPeak * 100).toFixed(1)} %`,
    scalar === null ? '-' : `${(macsPerSecond / scalar).toFixed(macsPerSecond < 10 * scalar ? 1 : 0)}`,
    eliminated > 0 ? `${(eliminated * 100).toFixed(1)} %` : '-',
  ];
}
