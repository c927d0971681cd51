// Runs a program that a package is made with, and takes its failure for the end.
import { spawnSync } from 'node:child_process';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What helps when the program is not there, as an imperative. */
  readonly hint?: string;
}

/** Its standard output. Throws an Error with what the program said when it fails or is not there. */
export function runTool(command: string, args: readonly string[], { cwd, env, hint }: ToolOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw new Error(`${command} cannot be started: ${error.message}.${hint ? ` ${hint}.` : ''}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** Whether the program is on the PATH: it prints its version when it is asked. */
export function hasTool(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args.length > 0 ? args : ['--version'], { stdio: 'ignore' }).error === undefined;
}
