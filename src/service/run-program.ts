// Runs the service manager's own programs: argument arrays, no shell, a time limit, output as data.
import { constants } from 'node:os';
import { PearlError } from '../base/errors.ts';

export interface CommandResult {
  /** The exit code; 128 + N for an end by signal N, as shells say it. */
  code: number;
  stdout: string;
  stderr: string;
}

interface CommandOptions {
  env?: Record<string, string>;
  timeoutMs?: number;
  /** As this account, which only root may say; then the environment is `env` alone. */
  as?: RunAs;
}

export interface RunAs {
  user: string;
  uid: number;
  gid: number;
}

export type RunCommand = (command: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

/** A word of a command as one would type it in a shell. */
export function forReading(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Longer than any stop that we ask a service manager for by default; a stop passes its own. */
const TIMEOUT_MS = 60_000;

/** Resolves for every exit code. Throws SERVICE_MANAGER_MISSING for a missing program, SERVICE_FAILED after the limit. */
export const runCommand: RunCommand = async (command, options = {}) => {
  const { execa } = await import('execa');
  const [program = '', ...args] = command;
  const result = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    // Messages are shown to people, never parsed; but they should not switch language between two machines.
    env: { LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '', ...options.env },
    maxBuffer: 1 << 20,
    // The folder of this process may be one that it may not enter, or one that is gone.
    cwd: '/',
    ...(options.as ? { uid: options.as.uid, gid: options.as.gid, extendEnv: false } : {}),
  });
  if (result.exitCode !== undefined) return { code: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  if (result.timedOut) {
    throw new PearlError('SERVICE_FAILED', `\`${command.join(' ')}\` did not come back in time.`, { cause: result });
  }
  if (result.signal !== undefined) {
    return { code: 128 + constants.signals[result.signal], stdout: result.stdout, stderr: result.stderr };
  }
  throw new PearlError('SERVICE_MANAGER_MISSING', `The program ${program} cannot be run here.`, { cause: result });
};
