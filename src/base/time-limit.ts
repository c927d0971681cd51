// A wait that has a limit.
/**
 * Within so many milliseconds of SIGKILL a process is gone. One of the least priority needs seconds for its end where every
 * processor is busy (4 were seen); what is still there after these hangs in the kernel.
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
