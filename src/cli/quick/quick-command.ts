// A hot command by itself: spelled plainly, it needs neither the table of commands nor the parser.
import type { Command } from '../command.ts';
import { createContext } from '../command-context.ts';
import { hotArguments } from '../hot.ts';
import { runProgram } from '../program.ts';

/** Runs the command, or does nothing and resolves to false where the parser has to look at the words. */
export function quickCommand(name: string, command: Command): (argv: readonly string[]) => Promise<boolean> {
  return async (argv) => {
    const args = hotArguments(argv.slice(1), command);
    if (args === null) return false;
    await runProgram(argv, async (output) => command.run(args, createContext(name, args, output)));
    return true;
  };
}
