// Which lines of src ran in any process, from what Node wrote of each (NODE_V8_COVERAGE). c8 follows the source maps, of tsx in
// the tests and of tsc and esbuild in the built program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from 'c8';
import * as v from 'valibot';

/** Istanbul's format, as c8 writes it: a statement for each line. */
const FinalReport = v.record(
  v.string(),
  v.object({
    statementMap: v.record(v.string(), v.object({ start: v.object({ line: v.number() }) })),
    s: v.record(v.string(), v.number()),
  }),
);

/** The lines that ran, counted from 1, by the absolute path of each file that was loaded. */
export async function readCoveredLines(processes: string, reports: string): Promise<Map<string, Set<number>>> {
  const options = {
    tempDirectory: processes,
    reportsDirectory: reports,
    reporter: ['json'],
    include: ['src/**/*.ts', 'dist/js/**/*.js'],
    exclude: [],
    resolve: '',
    // One process after the other: a whole run has thousands, and all at once do not fit into memory.
    mergeAsync: true,
  };
  await new Report(options).run();
  const report = v.parse(FinalReport, JSON.parse(readFileSync(join(reports, 'coverage-final.json'), 'utf8')));
  const covered = new Map<string, Set<number>>();
  for (const [path, { statementMap, s }] of Object.entries(report)) {
    const lines = Object.entries(statementMap).filter(([id]) => (s[id] ?? 0) > 0);
    covered.set(path, new Set(lines.map(([, { start }]) => start.line)));
  }
  return covered;
}
