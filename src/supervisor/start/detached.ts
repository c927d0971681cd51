// A supervisor of its own, started by a program that may end before it: no terminal, no pipe, no parent to speak of.
import { closeSync, createWriteStream, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { PearlError } from '../../base/errors.ts';
import { makeFolder } from '../../base/private-folder.ts';

export interface DetachedOptions {
  /** Node and the entry point, with its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv;
  /** What it says on standard error goes here; overwritten. */
  readonly errorFile: string;
  /** An open file that the process inherits, as its descriptor 3. */
  readonly descriptor: number;
}

/** One of the two is null. */
export interface DetachedEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Detached {
  readonly pid: number;
  /** Settles when it has ended, as long as this process lives. */
  readonly exited: Promise<DetachedEnd>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts the process and lets go of it. Throws CHILD_FAILED, or what the system says of the file for errors. */
export function startDetached({ command: [file, ...args], env, errorFile, descriptor }: DetachedOptions): Detached {
  makeFolder(dirname(errorFile), 0o700);
  const errors = openSync(errorFile, 'w', 0o600);
  try {
    const subprocess = execa(file, args, {
      cwd: '/',
      env,
      extendEnv: false,
      // The child gets the descriptors themselves, so nothing is piped through us.
      stdio: ['ignore', 'ignore', passedOn(errors), passedOn(descriptor)],
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
    });
    const { pid } = subprocess;
    if (pid === undefined) {
      throw new PearlError('CHILD_FAILED', `${file} cannot be started.`, {
        hint: 'Give the path of Node as nodePath.',
      });
    }
    subprocess.unref();
    return {
      pid,
      exited: subprocess.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: signal ?? null })),
      signal: (signal) => void subprocess.kill(signal),
    };
  } finally {
    closeSync(errors);
  }
}

function passedOn(descriptor: number): WriteStream {
  return createWriteStream('', { fd: descriptor, autoClose: false });
}
