// The one place that tells a failure: `pearlctl: what happened.` and the hint below it on stderr, or the same as one JSON
// object; and the exit code that goes with it.
import { EXIT, exitCodeOf, messageOf, orNull, PearlError } from '../base/errors.ts';
import { fix, fixCommand, fixText, sudoPearlctl } from '../base/fix.ts';
import type { InstanceFlags } from '../base/instance.ts';
import { adviceFlags, scopeOf } from './advice-flags.ts';

/** The text (or JSON) for stderr, ending in a newline. */
export function renderError(error: unknown, json: boolean, flags: InstanceFlags = {}): string {
  if (!(error instanceof PearlError)) return renderDefect(error, json);
  const { code, fix: remedy } = error;
  const hint = remedy === undefined ? null : fixText(remedy, flags);
  const message = sentence(error.message);
  const command = remedy === undefined ? null : fixCommand(remedy, flags);
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
    const [, attached] = /^--[a-z]+=(.*)$/s.exec(argv[at] ?? '') ?? [];
    return at < 0 ? undefined : (attached ?? argv[at + 1]);
  };
  const scope = flag('scope');
  return {
    config: flag('config'),
    scope: scope === 'user' || scope === 'system' ? scope : undefined,
    instance: flag('instance'),
  };
}

/** Where not even these can be right, as they were typed. */
function adviceOf(argv: readonly string[]): InstanceFlags {
  const flags = instanceFlagsOf(argv);
  return orNull(() => adviceFlags(flags, scopeOf(argv[0] ?? '', flags).scope)) ?? flags;
}

/** What the machine's service keeps to root and its own account, root may have: the very same line with sudo. */
function withSudo(error: unknown, argv: readonly string[], advice: InstanceFlags): unknown {
  if (!(error instanceof PearlError) || advice.asRoot !== true || error.hint?.includes('sudo ')) return error;
  const { code, message } = error;
  if (code !== 'NO_PERMISSION' && code !== 'CONFIG_UNREADABLE') return error;
  const [verb = '', ...args] = argv;
  return new PearlError(code, message, { hint: fix`Type: ${sudoPearlctl(verb, ...args)}`, cause: error });
}

/** Prints the failure of this command line and sets the exit code. */
export function reportError(error: unknown, argv: readonly string[], output: { say(text: string): void }): void {
  const advice = adviceOf(argv);
  output.say(renderError(withSudo(error, argv, advice), argv.includes('--json'), advice));
  const code = exitCodeOf(error);
  process.exitCode = code === EXIT.ok ? EXIT.unavailable : code;
}
