// docs/faults.md from the results of a run. Pure.
import type { Result, Row } from './row.ts';

export interface Machine {
  /** `linux x64, 2 cores, Node 20.20.2`. */
  description: string;
  /** ISO 8601 date. */
  date: string;
  seconds: number;
}

export function renderReport(results: readonly Result[], machine: Machine, introduction: string): string {
  const played = results.filter(({ skipped }) => skipped === null);
  const failed = played.filter(({ passed }) => !passed);
  const sum = (count: (result: Result) => number) => played.reduce((total, result) => total + count(result), 0);
  const lines = [
    introduction.trim(),
    '',
    '## The last run',
    '',
    `${machine.date}, ${machine.description}: ${played.length} rows played in ${Math.round(machine.seconds)} s, ` +
      `${played.length - failed.length} as expected, ${failed.length} not, ${results.length - played.length} skipped; ` +
      `${sum(({ unaccounted }) => unaccounted)} shares unaccounted for, ${sum(({ orphans }) => orphans)} orphans, ` +
      `${sum(({ filesLeft }) => filesLeft.length)} files left.`,
    '',
    '| Fault | Moment | Expected | Seen | Recovered in | Shares unaccounted | Orphans | Files left |',
    '|---|---|---|---|---:|---:|---:|---:|',
    ...results.map(renderRow),
    '',
  ];
  return lines.join('\n');
}

/** The rows of the matrix that a report does not have. */
export function rowsMissing(report: string, matrix: readonly Row[]): Row[] {
  const lines = report.split('\n');
  return matrix.filter((row) => !lines.some((line) => line.startsWith(beginOf(row))));
}

/** A report with more rows, each where the matrix has it, and with a word of when they were played. */
export function withRows(report: string, matrix: readonly Row[], results: readonly Result[], date: string): string {
  const lines = report.trimEnd().split('\n');
  const top = lines.findIndex((line) => line.startsWith('| Fault |'));
  const rows = matrix.flatMap((row) => {
    const result = results.find((one) => one.row === row);
    return result === undefined ? (lines.find((line) => line.startsWith(beginOf(row))) ?? []) : renderRow(result);
  });
  const passed = results.filter(({ passed }) => passed).length;
  const added = `Added on ${date}: ${results.length} ${results.length === 1 ? 'row' : 'rows'}, ${passed} as expected.`;
  return [...lines.slice(0, top), added, '', ...lines.slice(top, top + 2), ...rows, ''].join('\n');
}

function beginOf({ fault, moment }: Row): string {
  return `| ${cell(fault)} | ${cell(moment)} | `;
}

function renderRow({ row, skipped, passed, seen, recoveryMs, unaccounted, orphans, filesLeft }: Result): string {
  const cells = [row.fault, row.moment, row.expected];
  if (skipped !== null) return `| ${[...cells, `skipped: ${skipped}`, '–', '–', '–', '–'].map(cell).join(' | ')} |`;
  const recovered = recoveryMs === null ? '–' : `${(Math.max(0, recoveryMs) / 1000).toFixed(1)} s`;
  const found = passed ? seen : `**${seen}**`;
  return `| ${[...cells, found, recovered, unaccounted, orphans, filesLeft.length].map(cell).join(' | ')} |`;
}

function cell(value: string | number): string {
  return String(value).replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300);
}
