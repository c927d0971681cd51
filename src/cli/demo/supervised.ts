// The demo's supervisor: started like a service manager would start it, and gone at the end, whatever happens.
import { execa } from 'execa';
import { keepNewest } from '../../base/keep-newest.ts';
import { programEntry } from '../../base/packaging/this-copy.ts';
import type { DemoHome } from './demo-home.ts';

/** A stop takes 8 s at most; where every processor is busy, up to what systemd gives a service there. */
const STOP_LIMIT_MS = 60_000;
const LINES_KEPT = 20;

interface ChildEnding {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface Supervised {
  /** How it ended, or null while it lives. */
  ending(): ChildEnding | null;
  /** The last lines that it wrote, oldest first. */
  readonly lastLines: readonly string[];
  /** SIGTERM, and SIGKILL when that takes too long; resolves when it is gone. */
  stop(): Promise<ChildEnding>;
}

export function startSupervisor(home: DemoHome): Supervised {
  const child = execa(process.execPath, [programEntry(), 'supervise'], {
    cwd: '/',
    env: home.env,
    stdin: 'ignore',
    all: true,
    buffer: false,
    // A group of its own: Ctrl-C reaches the demo alone, which then stops things in their order.
    detached: true,
    forceKillAfterDelay: STOP_LIMIT_MS,
    reject: false,
  });
  const lastResort = () => child.kill('SIGKILL');
  process.once('exit', lastResort);
  const lastLines: string[] = [];
  const reading = keepLast(child.iterable({ from: 'all' }), lastLines);
  let ending: ChildEnding | null = null;
  const ended = child.then(async (result): Promise<ChildEnding> => {
    process.removeListener('exit', lastResort);
    await reading;
    ending = { exitCode: result.exitCode ?? null, signal: result.signal ?? null };
    return ending;
  });
  return {
    ending: () => ending,
    lastLines,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Runs another `pearlctl` command before the eyes of the person who watches; resolves to whether it went well. */
export async function runForShow(home: DemoHome, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(process.execPath, [programEntry(), ...args], {
    cwd: '/',
    env: home.env,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  });
  return exitCode === 0;
}

async function keepLast(source: AsyncIterable<unknown>, lines: string[]): Promise<void> {
  for await (const line of source) {
    lines.push(String(line));
    keepNewest(lines, LINES_KEPT);
  }
}
