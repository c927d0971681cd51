// From a command line to an exit code, by way of the table: the overview, a command's help, or the command itself.
import { EXIT, PearlError } from '../base/errors.ts';
import { fix, pearlctl } from '../base/fix.ts';
import { nearest } from '../base/nearest.ts';
import { VERSION } from '../base/version.ts';
import { createContext } from './command-context.ts';
import { COMMANDS, findCommand } from './command-table.ts';
import { renderHelpOverview } from './help-overview.ts';
import { renderHelp } from './help-page.ts';
import { OTHER_COMMANDS } from './other-words.ts';
import type { Output } from './output.ts';
import { describeTerminal } from './terminal.ts';

const HELP_FLAGS = ['--help', '-h'];
const VERSION_FLAGS = ['--version', '-V', '-v'];

/** Runs the words after `pearlctl`. Throws PearlError for every expected failure. */
export async function runCommandLine(argv: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  if (name === undefined || HELP_FLAGS.includes(name)) {
    process.stdout.write(renderHelpOverview(COMMANDS));
    return EXIT.ok;
  }
  if (VERSION_FLAGS.includes(name)) return printVersion(name, rest);
  const entry = findCommand(name);
  if (!entry) throw unknownCommand(name);
  const { command } = await entry.load();
  if (asksForHelp(rest)) {
    const { width } = describeTerminal(process.stdout, process.env, 'auto');
    process.stdout.write(renderHelp(entry, command, width));
    return EXIT.ok;
  }
  const { parseArguments } = await import('./parse.ts');
  const args = parseArguments(entry, command, rest);
  try {
    return await command.run(args, createContext(name, args, output));
  } catch (error) {
    throw withHelp(error, name);
  }
}

function printVersion(name: string, rest: readonly string[]): number {
  const [extra] = rest.filter((word) => word !== '--json');
  if (extra !== undefined) {
    throw new PearlError('USAGE', `"${extra.slice(0, 40)}" does not go with ${name}.`, {
      hint: 'Type: pearlctl --version',
    });
  }
  const model = { schemaVersion: 1, version: VERSION };
  process.stdout.write(rest.length > 0 ? `${JSON.stringify(model)}\n` : `pearlctl ${VERSION}\n`);
  return EXIT.ok;
}

/** For a value that cannot be: says where the possible ones stand. */
function withHelp(error: unknown, name: string): unknown {
  if (!(error instanceof PearlError) || error.code !== 'USAGE' || error.hint !== undefined) return error;
  return new PearlError(error.code, error.message, {
    hint: fix`See: ${pearlctl(name, '--help')}`,
    cause: error,
  });
}

/** Also when the rest of the line is wrong: a request for help is always answered. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).some((word) => HELP_FLAGS.includes(word));
}

function unknownCommand(name: string): PearlError {
  if (name.startsWith('-')) {
    return new PearlError('USAGE', `${name} comes before any command.`, {
      hint: 'The command comes first: pearlctl COMMAND --flag. All commands: pearlctl --help',
    });
  }
  const names = [...COMMANDS.map((entry) => entry.name), 'version'];
  const meant = OTHER_COMMANDS[name] ?? nearest(name, names)?.replace(/^version$/, '--version');
  return new PearlError('USAGE', `"${name.slice(0, 40)}" is not a command.`, {
    hint: meant ? fix`Did you mean: ${pearlctl(meant)}` : 'All commands: pearlctl --help',
  });
}
