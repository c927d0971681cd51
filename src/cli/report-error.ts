// The one place that tells a failure: `pearlctl: what happened.` and the hint below it on stderr, or the same as one JSON
// object; and the exit code that goes with it.
import { EXIT, exitCodeOf, messageOf, PearlError } from '../base/errors.ts';
import { fixCommand, fixText } from '../base/fix.ts';
import type { InstanceFlags } from '../base/instance.ts';

/** The text (or JSON) for stderr, ending in a newline. */
export function renderError(error: unknown, json: boolean, flags: InstanceFlags = {}): string {
  if (!(error instanceof PearlError)) return renderDefect(error, json);
  const { code, fix } = error;
  const hint = fix === undefined ? null : fixText(fix, flags);
  const message = sentence(error.message);
  const command = fix === undefined ? null : fixCommand(fix, flags);
  if (json) return `${JSON.stringify({ error: { code, message, hint, command } })}\n`;
  return `pearlctl: ${message}\n${hint === null ? '' : `  ${hint}\n`}`;
}

/** Many hands write messages; as they are shown, each begins with a capital letter and ends with a full stop. */
function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}

/** Anything that is not a PearlError is a fault of ours, and here a stack is what helps. */
function renderDefect(error: unknown, json: boolean): string {
  const message = `internal error: ${messageOf(error)}`;
  const hint = 'This is a defect of pearlctl; please report it with the lines below.';
  if (json) return `${JSON.stringify({ error: { code: 'INTERNAL', message, hint, command: null } })}\n`;
  return `pearlctl: ${message}\n  ${hint}\n${error instanceof Error ? `${error.stack}\n` : ''}`;
}

/** The flags that name the instance on a command line, whatever else is wrong with it. */
export function instanceFlagsOf(argv: readonly string[]): InstanceFlags {
  const flag = (name: string) => {
    const at = argv.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    return at < 0 ? undefined : (argv[at]?.split('=', 2)[1] ?? argv[at + 1]);
  };
  const scope = flag('scope');
  return {
    config: flag('config'),
    scope: scope === 'user' || scope === 'system' ? scope : undefined,
    instance: flag('instance'),
  };
}

/** What is said on standard error is talk: the answer and the exit code do not hang on it. */
export function talkMayBeLost(): void {
  process.stderr.on('error', () => {});
}

/** Prints the failure of this command line and sets the exit code. */
export function reportError(error: unknown, argv: readonly string[]): void {
  talkMayBeLost();
  process.stderr.write(renderError(error, argv.includes('--json'), instanceFlagsOf(argv)));
  const code = exitCodeOf(error);
  process.exitCode = code === EXIT.ok ? EXIT.unavailable : code;
}
