// What a command gets besides its own arguments: the global flags, the terminal, and the doors to paths, configuration
// and signals, each opened only when asked for. Kept light: the hot commands go through here too.
import { type Fix, fixText } from '../base/fix.ts';
import type { InstanceFlags, Scope } from '../base/instance.ts';
import type { Config } from '../config/configuration.ts';
import { type Paths, resolvePaths } from '../config/paths.ts';
import { adviceFlags, scopeOf } from './advice-flags.ts';
import { endWithTerminal } from './hang-up.ts';
import type { Output } from './output.ts';
import { listenForStop } from './signals.ts';
import { type ColourChoice, describeTerminal, type Terminal } from './terminal.ts';

/** The flags that every command understands. */
export interface GlobalFlags extends InstanceFlags {
  readonly json?: boolean | undefined;
  readonly color?: ColourChoice | undefined;
}

export interface Context {
  readonly flags: GlobalFlags;
  /** Print the model instead of text for people. */
  readonly json: boolean;
  readonly terminal: Terminal;
  /**
   * Where the instance that is meant (`meant-scope.ts`) keeps its files. Where both scopes have one, the first look says which
   * is meant. Throws USAGE for an impossible instance name.
   */
  readonly paths: Paths;
  /** The flags that name this instance in what a person is told to type. */
  readonly advice: InstanceFlags;
  /** The validated configuration. Throws CONFIG_MISSING and its kin. */
  loadConfig(): Promise<Config>;
  /** A fix in words, with its commands as they are typed for this instance. */
  fixText(fix: Fix): string;
  /**
   * Aborted by the first SIGINT, SIGTERM or SIGHUP, and when the answer cannot be written any more; asking for it takes these
   * over, so its caller has to stop then.
   */
  stopSignal(): AbortSignal;
  /** Aborted only when the answer cannot be written any more: for a command that listens to signals by itself. */
  outputLost(): AbortSignal;
  /** The answer, on stdout: the text for people, or with `--json` the model on one line. */
  print(text: string, model: unknown): void;
  /** Talk, on stderr; silent with `--json`. */
  say(text: string): void;
}

export function createContext(command: string, flags: GlobalFlags, output: Output): Context {
  const json = flags.json ?? false;
  let paths: Paths | undefined;
  let stop: AbortSignal | undefined;
  let terminal: Terminal | undefined;
  return {
    flags,
    json,
    get terminal() {
      terminal ??= describeTerminal(output.terminal(), process.env, flags.color ?? 'auto');
      return terminal;
    },
    get paths() {
      if (paths !== undefined) return paths;
      const { scope, both } = scopeOf(command, flags);
      paths = resolvePaths({ scope, instance: flags.instance, config: flags.config });
      // What cron runs each minute would send it as a mail each minute.
      const byMachine = command === 'metrics' && process.stderr.isTTY !== true;
      if (both !== null && !byMachine) this.say(ofTwo(both, scope));
      return paths;
    },
    get advice() {
      return adviceFlags(flags, this.paths.scope);
    },
    async loadConfig() {
      const { loadConfig } = await import('../config/configuration.ts');
      return loadConfig(this.paths);
    },
    fixText(fix) {
      return fixText(fix, this.advice);
    },
    stopSignal() {
      stop ??= listenForStop(this.outputLost());
      return stop;
    },
    outputLost() {
      endWithTerminal();
      return output.lost();
    },
    print(text, model) {
      output.write(json ? `${JSON.stringify(model)}\n` : text.endsWith('\n') ? text : `${text}\n`);
    },
    say(text) {
      if (!json) output.say(`${text}\n`);
    },
  };
}

function ofTwo(both: 'installed' | 'configured', scope: Scope): string {
  const other = scope === 'system' ? 'user' : 'system';
  const what = both === 'installed' ? 'Two services are installed' : 'Two instances are configured';
  return `${what}; this is about the ${scope} one (--scope ${other} for the other).`;
}
