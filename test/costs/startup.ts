// How much longer a command takes than Node's own start.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** As it is shipped. */
const PROGRAM = fileURLToPath(new URL('../../dist/bundle/pearlctl.cjs', import.meta.url));

export class Stopwatch {
  readonly #env: NodeJS.ProcessEnv;

  constructor(home: string) {
    this.#env = { PATH: process.env.PATH, HOME: home, PEARLCTL_HOME: home };
  }

  /** Runs `node -e 0` and then a command line: milliseconds of each, under about the same load. */
  compare(line: string): { bareMs: number; commandMs: number } {
    return { bareMs: this.#run(['-e', '0']), commandMs: this.#run([PROGRAM, ...line.split(' ')]) };
  }

  #run(args: readonly string[]): number {
    const startedMs = performance.now();
    const { error } = spawnSync(process.execPath, args, { env: this.#env, stdio: 'ignore' });
    if (error) throw error;
    return performance.now() - startedMs;
  }
}
