// Plays the matrix, a few rows at a time, and gives the results in the order of the matrix.
import { MATRIX } from './matrix.ts';
import { play } from './play.ts';
import type { Result, Row } from './row.ts';

export { renderReport, rowsMissing, withRows } from './report.ts';
export { MATRIX };

export interface MatrixOptions {
  rows: readonly Row[];
  /** Rows played side by side. */
  jobs: number;
  /** No row is begun after this. */
  budgetMs: number;
  onResult: (result: Result) => void;
}

export async function playMatrix({ rows, jobs, budgetMs, onResult }: MatrixOptions): Promise<Result[]> {
  const deadline = performance.now() + budgetMs;
  const results = new Map<Row, Result>();
  // A long row that begins last would be waited for alone.
  const together = rows.filter(({ alone }) => !alone).sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0));
  const worker = async (waiting: Row[]) => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const result = performance.now() > deadline ? outOfTime(row) : await play(row);
      results.set(row, result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, () => worker(together)));
  await worker(rows.filter(({ alone }) => alone));
  return rows.flatMap((row) => results.get(row) ?? []);
}

/** Not played is not passed: a run that does not come to its end says so. */
function outOfTime(row: Row): Result {
  const counts = { recoveryMs: null, unaccounted: 0, orphans: 0, filesLeft: [] };
  return { row, passed: false, skipped: null, seen: 'not played: the time was over', ...counts };
}
