// Runs the built command line as a real process, with no terminal and with a home of the test's own.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** As it is shipped; for `npm run coverage` as it is compiled, since what is packed has no lines to count. */
const BUILT = process.env.NODE_V8_COVERAGE === undefined ? 'bundle/pearlctl.cjs' : 'js/cli.js';
export const CLI = fileURLToPath(new URL(`../../dist/${BUILT}`, import.meta.url));

const BRIEF = fileURLToPath(new URL('../fixtures/brief-trials.cjs', import.meta.url));
/** In this environment a calibration takes a second, not half a minute: for tests of what is done with one. */
export const BRIEF_TRIALS = { NODE_OPTIONS: `--require=${JSON.stringify(BRIEF)}` };

export interface Run {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly home: string;
  readonly input?: string | Buffer;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Hears what it says on stderr while it runs. */
  readonly onStderr?: (text: string) => void;
}

/** Every run ends by itself; one that does not is killed and has no code. */
export async function runCli(args: readonly string[], options: RunOptions): Promise<Run> {
  const running = execa(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, HOME: options.home, PEARLCTL_HOME: options.home, ...options.env },
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    stripFinalNewline: false,
    reject: false,
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
  });
  running.stderr?.on('data', (chunk) => options.onStderr?.(String(chunk)));
  const { exitCode, stdout, stderr } = await running;
  return { code: exitCode, stdout: String(stdout), stderr: String(stderr) };
}
