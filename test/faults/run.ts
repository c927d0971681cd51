// Plays the matrix, a few rows at a time, and gives the results in the order of the matrix.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MATRIX } from './matrix.ts';
import { play } from './play.ts';
import type { Result, Row } from './row.ts';

export { renderReport } from './report.ts';

export interface MatrixOptions {
  /** Rows whose words contain this, or all. */
  only: string | null;
  /** Rows played side by side. */
  jobs: number;
  /** No row is begun after this. */
  budgetMs: number;
  onResult: (result: Result) => void;
}

export async function playMatrix({ only, jobs, budgetMs, onResult }: MatrixOptions): Promise<Result[]> {
  const rows = MATRIX.filter((row) => only === null || `${row.fault} | ${row.moment}`.includes(only));
  const mounts = canMount();
  const deadline = performance.now() + budgetMs;
  const results = new Map<Row, Result>();
  const waiting = [...rows];
  const worker = async () => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const result = performance.now() > deadline ? outOfTime(row) : await play(row, mounts);
      results.set(row, result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return rows.flatMap((row) => results.get(row) ?? []);
}

/** Not played is not passed: a run that does not come to its end says so. */
function outOfTime(row: Row): Result {
  const counts = { recoveryMs: null, unaccounted: 0, orphans: 0, filesLeft: [] };
  return { row, passed: false, skipped: null, seen: 'not played: the time was over', ...counts };
}

/** Root of a container may be refused a mount. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status === 0;
  if (mounted) spawnSync('umount', [folder]);
  rmdirSync(folder);
  return mounted;
}
