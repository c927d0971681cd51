// A wait that has a limit.

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
