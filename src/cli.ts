#!/usr/bin/env node
import { isAsciiLocale, writeInAscii } from './cli/ascii-output.ts';
// Entry point. Hot commands are recognised and answered without loading the argument parser (which alone costs more than
// Node's own start); everything else goes through the command table. Failures are told in one place.
import type { GlobalFlags } from './cli/command-context.ts';
import { findCommand } from './cli/command-table.ts';
import { findHot, type HotTable } from './cli/hot.ts';
import { Output } from './cli/output.ts';

/** Put in when this is built, from the options of the hot commands (`scripts/bundle-entry.ts`). */
declare const HOT_TABLE: HotTable;

/** A handle that a finished command left open must not hold the process: it may leave by itself, but not for long. */
const GRACE_MS = 1000;

async function run(argv: readonly string[], output: Output): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    const { VERSION } = await import('./base/version.ts');
    process.stdout.write(`pearlctl ${VERSION}\n`);
    return 0;
  }
  const hot = findHot(argv, HOT_TABLE);
  const entry = hot && findCommand(hot.name);
  if (hot && entry) {
    const [{ command }, { createContext }] = await Promise.all([entry.load(), import('./cli/command-context.ts')]);
    return command.run(hot.args, createContext(hot.name, hot.args as GlobalFlags, output));
  }
  const [{ runCommandLine }, { talkMayBeLost }] = await Promise.all([
    import('./cli/run-command-line.ts'),
    import('./cli/report-error.ts'),
  ]);
  talkMayBeLost();
  return runCommandLine(argv, output);
}

/** Where the current folder was deleted, nothing can be relative to it: so much as asking for it would throw. */
function leaveDeletedFolder(): void {
  try {
    process.cwd();
  } catch {
    process.chdir('/');
  }
}

const argv = process.argv.slice(2);
leaveDeletedFolder();
const output = new Output(argv);
if (isAsciiLocale(process.env) && !argv.includes('--json')) {
  for (const stream of [process.stdout, process.stderr]) writeInAscii(stream);
}
try {
  process.exitCode = await run(argv, output);
} catch (error) {
  const { reportError } = await import('./cli/report-error.ts');
  reportError(error, argv);
}
await output.close();
setTimeout(() => process.exit(), GRACE_MS).unref();
