// The whole command line. What the supervisor starts in the place of a child that died does without the argument parser here
// too: loading that alone costs more than Node's own start. Everything else goes through it. A service starts this file itself.
import { findCommand } from './command-table.ts';
import { hotArguments } from './hot.ts';
import type { Output } from './output.ts';
import { runProgram } from './program.ts';

async function run(argv: readonly string[], output: Output): Promise<number> {
  // Commands and what shows their progress use the stream as it is.
  output.stream();
  const [name = '', ...words] = argv;
  const entry = findCommand(name);
  if (entry?.hot) {
    const [{ command }, { createContext }] = await Promise.all([entry.load(), import('./command-context.ts')]);
    const args = hotArguments(words, command);
    if (args !== null) return command.run(args, createContext(name, args, output));
  }
  output.talk();
  const { runCommandLine } = await import('./run-command-line.ts');
  return runCommandLine(argv, output);
}

const argv = process.argv.slice(2);
await runProgram(argv, async (output) => run(argv, output));
