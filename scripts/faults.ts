// `npm run faults`: plays the fault matrix of test/faults against the built program, and writes docs/faults.md from
// what was seen. `--only WORDS` plays the rows that contain them and writes nothing; `--new` plays those that the file lacks,
// and adds them to it.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MATRIX, playMatrix, renderReport, rowsMissing, withRows } from '../test/faults/run.ts';

const { values } = parseArgs({
  options: { only: { type: 'string' }, new: { type: 'boolean' }, jobs: { type: 'string', default: '4' } },
});
const BUDGET_MS = 13 * 60_000;
const REPORT = 'docs/faults.md';
/** What stands above the table: words, and the record of the last soak (scripts/soak.mjs). */
const SECTIONS = ['test/faults/introduction.md', 'test/faults/over-time.md'];

const { only } = values;
const rows = values.new
  ? rowsMissing(readFileSync(REPORT, 'utf8'), MATRIX)
  : MATRIX.filter((row) => only === undefined || `${row.fault} | ${row.moment}`.includes(only));
const began = performance.now();
const results = await playMatrix({
  rows,
  jobs: Number(values.jobs),
  budgetMs: BUDGET_MS,
  onResult: ({ row, passed, skipped, seen, recoveryMs, unaccounted, orphans, filesLeft }) => {
    const mark = skipped !== null ? '–' : passed ? '✓' : '✗';
    const time = recoveryMs === null ? '' : ` in ${(recoveryMs / 1000).toFixed(1)} s`;
    const trouble = passed
      ? ''
      : ` (expected ${row.expected}; ${unaccounted} shares, ${orphans} orphans, ${filesLeft})`;
    process.stdout.write(`${mark} ${row.fault}, ${row.moment}: ${skipped ?? seen}${time}${trouble}\n`);
  },
});
const seconds = (performance.now() - began) / 1000;
const failed = results.filter(({ passed }) => !passed);
const date = new Date().toISOString().slice(0, 10);
if (values.new) {
  if (results.length > 0) writeFileSync(REPORT, withRows(readFileSync(REPORT, 'utf8'), MATRIX, results, date));
} else if (only === undefined) {
  const machine = {
    description: `${process.platform} ${process.arch}, ${availableParallelism()} cores, Node ${process.versions.node}`,
    date,
    seconds,
  };
  const introduction = SECTIONS.map((file) => readFileSync(file, 'utf8')).join('\n');
  writeFileSync(REPORT, renderReport(results, machine, introduction));
}
process.stdout.write(
  `\n${results.length - failed.length} as expected, ${failed.length} not, in ${seconds.toFixed(0)} s\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
