// A wait that has a limit.

/**
 * How many milliseconds a process may take to end after SIGKILL. On a busy machine a process of the least priority needs seconds
 * (4 were seen). A process that is still there after this time hangs in the kernel.
 */
export const DEATH_LIMIT_MS = 30_000;

/**
 * Waits for `work`, at most `limitMs`. Resolves to null when the time is up: the work goes on, and a later failure of it is
 * dropped. Rejects when the work fails in time. Leaves no timer behind.
 */
export async function within<Result>(work: Promise<Result>, limitMs: number): Promise<Result | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limitMs, null);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
