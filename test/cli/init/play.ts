// A person at a pseudo-terminal, for the commands that ask.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CLI } from '../run-cli.ts';

const PERSON = fileURLToPath(new URL('../../fixtures/person.py', import.meta.url));

/** Why there can be no person here, for `skip`; false where there can. */
export const person =
  spawnSync('python3', ['-c', 'import pty, sys; assert sys.version_info >= (3, 9)']).status !== 0 && 'needs python3';

/** What to wait for, what to type then, and a line that another writer adds to a file before. */
export type Step = [wait: string, type: string, added?: [file: string, line: string]];

/** Runs the built command line with a person who follows the steps; `shown` is all that the terminal showed. */
export async function play(
  home: string,
  args: string[],
  steps: Step[],
  env: Record<string, string> = {},
  program: readonly string[] = [process.execPath, CLI],
) {
  const run = await execa('python3', [PERSON, JSON.stringify(steps), ...program, ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      PEARLCTL_HOME: home,
      TERM: 'xterm',
      LANG: 'C.UTF-8',
      PERSON_PATIENCE: process.env.PERSON_PATIENCE ?? '180',
      ...env,
    },
    extendEnv: false,
    reject: false,
    timeout: 200_000,
    killSignal: 'SIGKILL',
  });
  return { code: run.exitCode, shown: run.stdout };
}
