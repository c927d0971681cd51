// Exact quoting for unit files. Each function takes plain values and returns text that systemd reads back as the same
// values; what no unit file can carry is refused. Sources: systemd.syntax(7), systemd.service(5) "Command lines",
// systemd.unit(5) "Specifiers".
import { PearlError } from '../../base/errors.ts';

/** Characters that need no quotes anywhere. */
const PLAIN = /^[A-Za-z0-9_@+=:,./-]+$/;

function refuse(value: string, why: string): never {
  throw new PearlError('INPUT_INVALID', `${JSON.stringify(value)} ${why}, which a unit file cannot carry.`, {
    hint: 'Use a path without control characters.',
  });
}

/** Control characters end lines or get lost; lone surrogates are not UTF-8. */
function checkText(value: string): void {
  if (/[\u0000-\u001f\u007f]/.test(value)) refuse(value, 'has a line break or another control character');
  if (/\p{Surrogate}/u.test(value)) refuse(value, 'is not valid Unicode');
}

/** One word of a list or command line: `%` is doubled (specifiers), quotes and backslashes are escaped. */
export function quoteWord(value: string): string {
  checkText(value);
  if (PLAIN.test(value)) return value;
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%');
  return `"${escaped}"`;
}

/**
 * A command line for ExecStart= and its like.
 *
 * With a `$` anywhere the line starts with `:`, which turns variable substitution off for all of it (systemd 244 and
 * newer); doubling each `$` instead would be wrong for the executable, whose path is never substituted.
 */
export function quoteCommand(command: readonly string[]): string {
  const [executable] = command;
  if (executable === undefined || !executable.startsWith('/')) {
    throw new PearlError('INTERNAL', 'A unit needs an absolute path to start.');
  }
  const literal = command.some((word) => word.includes('$')) ? ':' : '';
  const [first = '', ...rest] = command.map(quoteWord);
  if (/["'\\]/.test(executable)) {
    // systemd refuses such a unit as a whole ("Executable name contains special characters").
    throw new PearlError('INPUT_INVALID', `systemd starts no program whose path has quotes in it: ${executable}.`, {
      hint: 'Use a home folder (XDG_DATA_HOME, PEARLCTL_HOME) without quotes and backslashes in its path.',
    });
  }
  // The prefix belongs to the word itself, inside its quotes or not; outside is what systemd's own documentation shows.
  return [first.startsWith('"') ? `"${literal}${first.slice(1)}` : `${literal}${first}`, ...rest].join(' ');
}

/** One assignment for Environment=. */
export function quoteAssignment(name: string, value: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new PearlError('INTERNAL', `${name} is not a variable's name.`);
  return quoteWord(`${name}=${value}`);
}

/** A value that runs to the end of its line (Description=, the path in LoadCredential=, WorkingDirectory=). */
export function unitValue(value: string): string {
  checkText(value);
  if (value !== value.trim() || value === '') refuse(value, 'is empty or has blanks at an end');
  // A backslash at the end of a line continues it on the next.
  if (value.endsWith('\\')) refuse(value, 'ends with a backslash');
  return value.replaceAll('%', '%%');
}
