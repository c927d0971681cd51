// One run of the program, from its command line to its exit code. Failures are told in one place.
import { orNull } from '../base/errors.ts';
import { isAsciiLocale, writeInAscii } from './ascii-output.ts';
import { Output } from './output.ts';
import { reportError } from './report-error.ts';

/** A handle that a finished command left open must not hold the process: it may leave by itself, but not for long. */
const GRACE_MS = 1000;

/** Runs what resolves to an exit code, and has the process end with it. */
export async function runProgram(argv: readonly string[], run: (output: Output) => Promise<number>): Promise<void> {
  leaveDeletedFolder();
  const output = new Output(argv);
  if (isAsciiLocale(process.env) && !argv.includes('--json')) {
    for (const stream of [output.stream(), output.talk()]) writeInAscii(stream);
  }
  try {
    process.exitCode = await run(output);
  } catch (error) {
    reportError(error, argv, output);
  }
  if (output.isWritten) process.exit();
  output.close();
  setTimeout(() => process.exit(), GRACE_MS).unref();
}

/** Where the current folder was deleted, nothing can be relative to it: so much as asking for it would throw. */
function leaveDeletedFolder(): void {
  if (orNull(() => process.cwd()) === null) process.chdir('/');
}
