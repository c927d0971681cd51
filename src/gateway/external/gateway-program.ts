// The program that an external gateway is started with: whether it is there, before anything is started or installed.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { orNull, PearlError } from '../../base/errors.ts';
import { fix, pearlctlByHand } from '../../base/fix.ts';
import type { Config } from '../../config/configuration.ts';

/** Names the program, which a shell's PATH may find and a service's not. */
export const NAME_PROGRAM = fix`Name it with its full path: ${pearlctlByHand('config', 'set', 'gateway.command', '/path/to/pearl-gateway', 'start')}`;

/** As execvp(3) looks for it: the first that can be executed, else the first that is there; null where there is none. */
export function findProgram(program: string, path: string): { path: string; isExecutable: boolean } | null {
  const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
  const files = places.filter(isFile);
  const executable = files.find(isExecutable);
  const found = executable ?? files[0];
  return found === undefined ? null : { path: found, isExecutable: executable !== undefined };
}

/**
 * Starting it again and again does not help where it is missing.
 *
 * @param path the PATH of the process that will start it.
 * @throws PearlError CONFIG_INVALID
 */
export function requireProgram({ gateway }: Pick<Config, 'gateway'>, path: string): void {
  const [program] = gateway.command;
  if (gateway.kind !== 'external' || program === undefined) return;
  const found = findProgram(program, path);
  if (found?.isExecutable) return;
  const what = found === null ? 'is not there' : 'cannot be executed';
  throw new PearlError('CONFIG_INVALID', `The gateway's program, ${found?.path ?? program}, ${what}.`, {
    hint: found === null ? NAME_PROGRAM : `Type: chmod +x ${found.path}`,
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isExecutable(path: string): boolean {
  return orNull(() => accessSync(path, constants.X_OK)) !== null;
}
