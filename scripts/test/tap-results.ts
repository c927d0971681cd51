// Reads what a test file says in TAP: counts its leaves, and keeps what failed and what was skipped.
import type { Readable } from 'node:stream';
import { type FinalResults, Parser } from 'tap-parser';
import type { Counts } from './tally.ts';

export interface TapResults extends Counts {
  readonly failures: { readonly title: string; readonly diagnostics: Readonly<Record<string, unknown>> }[];
  /** `TITLE: REASON` each. */
  readonly skips: string[];
}

export interface TapFile {
  readonly results: TapResults;
  /** What the file says of itself in all. */
  readonly said: FinalResults;
}

/**
 * Counts the leaves of a file: assertions that are not the closing line of a subtest. A closing line repeats what its leaves
 * said, so it counts only when there was none (a property test that just returns), or when it failed although no leaf did (a
 * time-out, a crash, a wrong plan). Rejects when the stream fails.
 */
export async function readTap(stream: Readable, file: string): Promise<TapFile> {
  const results: TapResults = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  const said = await new Promise<FinalResults>((resolve, reject) => {
    const parser = new Parser(resolve);
    follow(parser, [file], results);
    stream.on('error', reject).pipe(parser);
    // A stream that is given up ends without saying so.
    stream.on('close', () => stream.readableEnded || parser.end());
  });
  return { results, said };
}

function follow(parser: Parser, path: readonly string[], results: TapResults): void {
  const total = () => results.passed + results.failed + results.skipped;
  /** The counts before the subtest whose closing line comes next. */
  let before: { total: number; failed: number } | null = null;
  parser.on('child', (child: Parser) => {
    before = { total: total(), failed: results.failed };
    follow(child, [...path, child.name], results);
  });
  parser.on('assert', ({ ok, name, skip, todo, diag }) => {
    const subtest = before;
    before = null;
    const isLeaf = subtest === null || total() === subtest.total;
    const title = [...path, name].filter(Boolean).join(' > ');
    if (skip || todo) {
      results.skipped += 1;
      results.skips.push(`${title}: ${skip || todo}`);
    } else if (!ok && (isLeaf || results.failed === subtest.failed)) {
      results.failed += 1;
      results.failures.push({ title, diagnostics: diag ?? {} });
    } else if (isLeaf) {
      results.passed += 1;
    }
  });
}
