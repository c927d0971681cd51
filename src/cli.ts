#!/usr/bin/env node
// Entry point. Hot commands are recognised and answered without loading the argument parser (which alone costs more than
// Node's own start); everything else goes through the command table. Failures are told in one place.
import type { GlobalFlags } from './commands/context.ts';
import { findHot } from './commands/hot.ts';

/** A handle that a finished command left open must not hold the process: it may leave by itself, but not for long. */
const GRACE_MS = 1000;

async function run(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    const { VERSION } = await import('./version.ts');
    process.stdout.write(`pearlctl ${VERSION}\n`);
    return 0;
  }
  const hot = findHot(argv);
  if (hot) {
    const [{ command }, { createContext }] = await Promise.all([hot.entry.load(), import('./commands/context.ts')]);
    return command.run(hot.args, createContext(hot.args as GlobalFlags));
  }
  const { runCommandLine } = await import('./commands/run-command-line.ts');
  return runCommandLine(argv);
}

/** `pearlctl … | head` closes our stdout early: that is the reader's right, and no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const argv = process.argv.slice(2);
try {
  process.exitCode = await run(argv);
} catch (error) {
  const { reportError } = await import('./commands/report.ts');
  reportError(error, argv);
}
setTimeout(() => process.exit(), GRACE_MS).unref();
