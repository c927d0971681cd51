// From a command line to an exit code, by way of the table: the overview, a command's help, or the command itself.
import { EXIT, PearlError } from '../errors.ts';
import { createContext, type GlobalFlags } from './context.ts';
import { nearest } from './nearest.ts';
import { renderOverview } from './overview.ts';
import { parseArguments } from './parse.ts';
import { COMMANDS, findCommand } from './table.ts';
import { describeTerminal } from './terminal.ts';

const HELP_FLAGS = ['--help', '-h'];

/** Runs the words after `pearlctl`. Throws PearlError for every expected failure. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  if (name === undefined || HELP_FLAGS.includes(name)) {
    process.stdout.write(renderOverview(COMMANDS));
    return EXIT.ok;
  }
  const entry = findCommand(name);
  if (!entry) throw unknownCommand(name);
  const { command } = await entry.load();
  const { width } = describeTerminal(process.stdout, process.env, 'auto');
  const parsed = parseArguments(entry, command, rest, width);
  if (parsed.kind === 'help') {
    process.stdout.write(`${parsed.text}\n`);
    return EXIT.ok;
  }
  return command.run(parsed.args, createContext(parsed.args as GlobalFlags));
}

function unknownCommand(name: string): PearlError {
  if (name.startsWith('-')) {
    return new PearlError('USAGE', `${name} comes before any command.`, {
      hint: 'The command comes first: pearlctl COMMAND --flag. All commands: pearlctl --help',
    });
  }
  const meant = nearest(
    name,
    COMMANDS.map((entry) => entry.name),
  );
  return new PearlError('USAGE', `"${name.slice(0, 40)}" is not a command.`, {
    hint: meant ? `Did you mean: pearlctl ${meant}` : 'All commands: pearlctl --help',
  });
}
