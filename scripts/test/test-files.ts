// Runs test files side by side, each a process that speaks TAP. `tap run` does that too, but it knows no order but that of names:
// here files that mostly wait run beside those that compute.
import { execa } from 'execa';
import { readTap, type TapResults } from './tap-results.ts';

/** A file says itself when it may take longer (`t.setTimeout`). */
const LIMIT_MS = 240_000;
/** Boots, stops and restarts of services: the processor is others' for most of their time. */
const WAITING = /^test\/(?:faults|launchd|systemd)\//;

/** Long beside others, or late in the order of names: one that began last would be waited for alone. */
const LONG =
  /^test\/(?:launchd\/(?:agent|daemon)|supervisor\/start\/supervisor-process|systemd\/(?:forms|machine|system-life|upgrade)|web\/page\/(?:dashboard-page|page-pictures))\.test\.ts$/;

/** How one file ended. */
export interface FileEnd {
  readonly file: string;
  readonly seconds: number;
  readonly results: TapResults;
  readonly stderr: string;
}

export interface RunOptions {
  /** How many at a time. */
  readonly jobs: number;
  /** For a file that is out of time to tell what it hangs on, before it is killed. */
  readonly graceMs?: number;
  /** The arguments of Node that run a file. */
  readonly nodeArgs: (file: string) => readonly string[];
  readonly onEnd: (end: FileEnd) => void;
}

/** Calls `onEnd` for each file as it ends; resolves after the last. */
export async function runTestFiles(
  files: readonly string[],
  { jobs, graceMs = 30_000, nodeArgs, onEnd }: RunOptions,
): Promise<void> {
  const work = async (next: () => string | undefined): Promise<void> => {
    for (let file = next(); file !== undefined; file = next()) {
      onEnd(await runTestFile(file, nodeArgs(file), graceMs));
    }
  };
  await Promise.all(lanesOf(files, jobs).map(work));
}

/** What each of `jobs` runs next: every other one what waits, the long ones first; and each at last what the others have left. */
export function lanesOf(files: readonly string[], jobs: number): (() => string | undefined)[] {
  const ordered = files.toSorted((one, other) => Number(LONG.test(other)) - Number(LONG.test(one)));
  const computing = ordered.filter((file) => !WAITING.test(file));
  const waiting = ordered.filter((file) => WAITING.test(file));
  return Array.from({ length: jobs }, (_, lane) => {
    const [own, other] = lane % 2 === 0 ? [waiting, computing] : [computing, waiting];
    return () => own.shift() ?? other.shift();
  });
}

type TestProcess = ReturnType<typeof startFile>;

function startFile(nodeArgs: readonly string[]) {
  return execa(process.execPath, nodeArgs, {
    env: { TAP: '1', TAP_CHILD_ID: '1', TAP_CHILD_KEY: '1', TAP_TIMEOUT: String(LIMIT_MS / 1000) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    buffer: { stdout: false, stderr: true, ipc: false },
    reject: false,
  });
}

async function runTestFile(file: string, nodeArgs: readonly string[], graceMs: number): Promise<FileEnd> {
  const startedMs = performance.now();
  const child = startFile(nodeArgs);
  const { gaveUp, over } = watchTime(child, graceMs);
  const [{ results, said }, { failed, exitCode, signal, stderr }] = await Promise.all([
    readTap(child.stdout, file),
    Promise.race([child, gaveUp]),
  ]);
  over();
  const { skipAll, skipReason } = said.plan;
  const saysNothing = skipReason === 'no tests found';
  if (failed || !said.ok || saysNothing) {
    // A crash, a wrong plan, or nothing at all: no assertion says it. Nor that it was killed after one that failed.
    if (results.failed === 0 || signal !== undefined) {
      results.failed += 1;
      results.failures.push({ title: file, diagnostics: { exitCode, signal, tests: said.count } });
    }
  } else if (skipAll) {
    results.skipped += 1;
    results.skips.push(`${file}: ${skipReason}`);
  }
  return { file, seconds: (performance.now() - startedMs) / 1000, results, stderr };
}

/** A file that was killed, and is still not over. */
const GIVEN_UP = {
  failed: true,
  exitCode: undefined,
  signal: 'SIGKILL',
  stderr: 'Not even SIGKILL ends it, or another process holds its output open.\n',
} as const;

/**
 * Kills a file that is out of time. It watches its time itself, so this is for one that computes for ever. Where it still does not
 * end, since a thread of it is frozen or a process holds its output open, it is left behind: `gaveUp` resolves.
 */
function watchTime(child: TestProcess, graceMs: number): { gaveUp: Promise<typeof GIVEN_UP>; over: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const gaveUp = new Promise<typeof GIVEN_UP>((resolve) => {
    const leave = () => {
      child.stdout.destroy();
      child.stderr.destroy();
      if (child.connected) child.disconnect();
      child.unref();
      resolve(GIVEN_UP);
    };
    const kill = () => {
      child.kill('SIGKILL');
      timer = setTimeout(leave, graceMs);
    };
    const killAfter = (limitMs: number) => {
      timer = setTimeout(kill, limitMs + graceMs);
    };
    killAfter(LIMIT_MS);
    child.on('message', (message) => {
      const limitMs = (message as { setTimeout?: number } | null)?.setTimeout;
      if (limitMs === undefined) return;
      clearTimeout(timer);
      // Of a file that asks for it, the time has no limit.
      if (limitMs > 0) killAfter(limitMs);
    });
  });
  return { gaveUp, over: () => clearTimeout(timer) };
}
