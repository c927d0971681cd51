// The TypeScript tests, run by tap. What failed is printed again at the end, where a log is all that is left of a run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heading, type Tally } from './tally.ts';
import { readTapResults, type TapResults } from './tap-results.ts';

const TAP = join('node_modules', 'tap', 'dist', 'esm', 'run.mjs');
/** Of one diagnostic value. */
const SHOWN_CHARACTERS = 4000;
/** Files whose time is told: where a run that takes too long can be made shorter. */
const SHOWN_SLOW = 12;

/** Runs these test files, or all. */
export async function runTapTests(tally: Tally, files: readonly string[]): Promise<void> {
  heading('TypeScript tests');
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-tap-'));
  const output = join(folder, 'results.tap');
  const args = [TAP, 'run', '--reporter=terse', `--output-file=${output}`, ...files];
  // The reporter redraws its totals; without a terminal to redraw on, CI=1 makes it print them once.
  const env = process.stdout.isTTY ? process.env : { CI: '1', ...process.env };
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env });
  tally.ended(status);
  try {
    const results = await readTapResults(output);
    tally.add(results);
    tellSlowest(results);
    tellExceptions(results);
    if (status !== 0 && results.failed === 0) tally.add({ failed: 1 });
  } catch (error) {
    process.stdout.write(`no results to read: ${error instanceof Error ? error.message : String(error)}\n`);
    tally.add({ failed: 1 });
  }
  rmSync(folder, { recursive: true, force: true });
}

function tellSlowest({ files }: TapResults): void {
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, SHOWN_SLOW);
  for (const { title, seconds } of slowest) process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${title}\n`);
}

function tellExceptions({ failures, skips }: TapResults): void {
  for (const skip of skips) process.stdout.write(`skipped: ${skip}\n`);
  for (const { title, diagnostics } of failures) {
    process.stdout.write(`\nFAILED: ${title}\n`);
    const { source: _source, ...rest } = diagnostics;
    for (const [key, value] of Object.entries(rest)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      process.stdout.write(`  ${key}: ${text.slice(0, SHOWN_CHARACTERS).trimEnd().replaceAll('\n', '\n    ')}\n`);
    }
  }
}
