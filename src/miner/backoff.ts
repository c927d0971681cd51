// How long the miner waits before it tries its gateway again. Pure.

/** The first retry: a supervisor restarts a dead gateway at once, and Node starts in a few tenths of a second. */
const FIRST_MS = 100;
const FACTOR = 1.5;
const LONGEST_MS = 5000;
/** Each wait is up to this share longer or shorter, so that many miners do not come all at once. */
const JITTER = 0.2;

/**
 * Milliseconds to wait after so many failures in a row (1 after the first).
 *
 * The first second brings four tries, so that a gateway that is back is mined for soon; then ever fewer.
 *
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  const base = Math.min(FIRST_MS * FACTOR ** (Math.min(failures, 50) - 1), LONGEST_MS);
  return base * (1 - JITTER + 2 * JITTER * random);
}
