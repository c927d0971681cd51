// The TypeScript tests. What failed is printed again at the end, where a log is all that is left of a run.
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf } from '../../src/base/errors.ts';
import { filesBelow } from '../coverage/files-below.ts';
import { packTests, TEST_PRELOAD, withSourceLines } from './pack-tests.ts';
import { heading, type Tally } from './tally.ts';
import type { TapResults } from './tap-results.ts';
import { type FileEnd, runTestFiles } from './test-files.ts';

/** Most of the time three of them wait for programs, and leave the processor to the others. */
const JOBS = 5;
/** Of one diagnostic value. */
const SHOWN_CHARACTERS = 4000;
/** Files whose time is told: where a run that takes too long can be made shorter. */
const SHOWN_SLOW = 12;

/** Runs these test files, or all. */
export async function runTapTests(tally: Tally, files: readonly string[]): Promise<void> {
  heading('TypeScript tests');
  const all = files.length > 0 ? files : filesBelow('test', '.test.ts');
  const ends: FileEnd[] = [];
  const onEnd = (end: FileEnd) => {
    ends.push(end);
    tally.add(end.results);
    tellEnd(end, all.length - ends.length);
  };
  // Its own, since another run may go on; below dist, from where the packages of node_modules are found.
  const folder = mkdtempSync(join('dist', 'test-'));
  try {
    await runTestFiles(all, { jobs: JOBS, nodeArgs: await nodeArgsFor(all, folder), onEnd });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  tellSlowest(ends);
  for (const { results } of ends) tellExceptions(results);
}

/** For coverage files are compiled as they are loaded: so their lines are known. */
async function nodeArgsFor(files: readonly string[], folder: string): Promise<(file: string) => string[]> {
  const unpacked = (file: string) => ['--import=tsx', `--import=${resolve(TEST_PRELOAD)}`, file];
  if (process.env.NODE_V8_COVERAGE !== undefined) return unpacked;
  try {
    const packed = await packTests(files, folder);
    return (file) => [packed(file)];
  } catch (error) {
    // A file that does not compile fails by itself.
    process.stdout.write(`The tests cannot be packed, so each is compiled as it is loaded: ${messageOf(error)}\n`);
    return unpacked;
  }
}

function tellEnd({ file, seconds, results, stderr }: FileEnd, left: number): void {
  const failed = results.failed > 0 ? ` ${results.failed} FAILED` : '';
  process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${file}${failed} (${left} left)\n`);
  if (stderr !== '') process.stdout.write(`  ${withSourceLines(stderr).replaceAll('\n', '\n  ')}\n`);
}

function tellSlowest(ends: readonly FileEnd[]): void {
  process.stdout.write('\nThe slowest:\n');
  const slowest = ends.toSorted((one, other) => other.seconds - one.seconds).slice(0, SHOWN_SLOW);
  for (const { file, seconds } of slowest) process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${file}\n`);
}

function tellExceptions({ failures, skips }: TapResults): void {
  for (const skip of skips) process.stdout.write(`skipped: ${skip}\n`);
  for (const { title, diagnostics } of failures) {
    process.stdout.write(`\nFAILED: ${title}\n`);
    // The stack says where, too.
    const { source: _source, at: _at, ...rest } = diagnostics;
    for (const [key, value] of Object.entries(rest)) {
      const text = withSourceLines(typeof value === 'string' ? value : String(JSON.stringify(value)));
      process.stdout.write(`  ${key}: ${text.slice(0, SHOWN_CHARACTERS).trimEnd().replaceAll('\n', '\n    ')}\n`);
    }
  }
}
