// `npm run coverage [-- [--of src/FOLDER] FILE|FOLDER …]`: runs these tests, or all, and says which lines of src ran, per
// folder, and where the largest holes are; `--of`, once or more often, shows the holes of these folders alone. Programs that
// the tests start count too: the build has source maps for this run, and loses them at its end.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCoveredLines } from './coverage/covered-lines.ts';
import { filesBelow } from './coverage/files-below.ts';
import { folderRows, holeRows, linesOf } from './coverage/line-figures.ts';
import { heading, Tally } from './test/tally.ts';
import { runTapTests } from './test/tap-tests.ts';

const { values, positionals } = parseArgs({
  options: { of: { type: 'string', multiple: true, default: ['src'] } },
  allowPositionals: true,
});
const tests = positionals.flatMap((path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) refuse(`There is no ${path}.`);
  return found.isDirectory() ? filesBelow(path, '.test.ts') : [path];
});
if (tests.length === 0 && positionals.length > 0) refuse('There are no tests in these folders.');

const tally = new Tally();
const folder = mkdtempSync(join(tmpdir(), 'pearlctl-coverage-'));
// A terminal sends the interrupt to the test runner too, which ends; then this cleans up, as after any run.
let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true;
});
try {
  // Node writes what ran into this folder, in every process that inherits the variable and is not killed.
  process.env.NODE_V8_COVERAGE = join(folder, 'processes');
  await runTapTests(tally, tests);
  delete process.env.NODE_V8_COVERAGE;
  if (!interrupted) await tell();
} finally {
  rmSync(folder, { recursive: true, force: true });
  // The build without source maps again: this one must not be shipped.
  spawnSync(process.execPath, ['scripts/setup.mjs'], { stdio: 'inherit' });
}
process.stdout.write(`\n${tally.closingLine()}\n`);
process.exitCode = interrupted ? 130 : tally.exitStatus();

async function tell(): Promise<void> {
  const covered = await readCoveredLines(join(folder, 'processes'), join(folder, 'report'));
  const files = await linesOf(filesBelow('src', '.ts'), covered);
  heading('Lines of code that ran, per folder');
  process.stdout.write(`${folderRows(files).join('\n')}\n`);
  heading('The largest holes: lines that did not run');
  const asked = files.filter(({ file }) => values.of.some((folder) => file.startsWith(folder)));
  process.stdout.write(`${holeRows(asked).join('\n')}\n`);
}

function refuse(text: string): never {
  process.stderr.write(`coverage: ${text}\n`);
  process.exit(2);
}
