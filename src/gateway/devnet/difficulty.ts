// How hard the devnet's next block is: a pure function of the last blocks and of the time at which work on the next begins.
//
// A machine may do 0.5 or 1000 GMAC/s, and the chain is not told which. So it starts easy, quadruples while blocks come
// at once, follows the rate of the last blocks from then on, and gives way in real time when no block comes.

/** What the rule knows of a block. */
export interface PastBlock {
  /** Its header's, in seconds: when work on it began. How long that took shows in the next block's. */
  readonly timestamp: number;
  /** Expected multiply-accumulates for its target, `2^256 / target`. */
  readonly work: bigint;
}

/** Seconds between blocks that the rule aims at. */
export const SPACING_SECONDS = 2;
/** Past blocks that the rate is measured over: few, to settle soon; enough to even out the lottery. */
export const WINDOW = 10;
/**
 * Multiply-accumulates of the easiest block: an eighth of a second for one scalar core. Its target times the largest
 * legal tile (256 cells, k = 65536) stays below 2^256, so the bound of a job never overflows.
 */
export const EASIEST_WORK = 1n << 26n;
/** Beyond what any machine does in a block's time. */
export const HARDEST_WORK = 1n << 80n;
/** No block is more than four times harder than the one before it, nor, unless time passes, four times easier. */
const STEP = 4n;
/** Time since work on a block began counts no further than this: sleep and restarts are no measure of the rate. */
export const LONGEST_GAP_SECONDS = 12;
/** Past that gap the work halves, and again each time these seconds pass. */
export const EASE_SECONDS = 4;

/**
 * The work of a block on top of `past` (oldest first; only the last `WINDOW` count), if work on it begins at `timestamp`:
 * seconds, not before the last block's.
 */
export function nextWork(past: readonly PastBlock[], timestamp: number): bigint {
  const parent = past.at(-1);
  if (parent === undefined) return EASIEST_WORK;
  const gapSeconds = timestamp - parent.timestamp;
  const highest = (parent.work * riseQuarters(gapSeconds)) / 4n;
  const steady = clamp(steadyWork(past.slice(-WINDOW), timestamp), parent.work / STEP, highest);
  return clamp(steady >> easedHalvings(gapSeconds), EASIEST_WORK, HARDEST_WORK);
}

/** The work that the last blocks' rate does in one spacing; where no time has passed, more than any step allows. */
function steadyWork(window: readonly PastBlock[], timestamp: number): bigint {
  let work = 0n;
  let seconds = 0;
  for (const [index, block] of window.entries()) {
    work += block.work;
    const solvedAt = window[index + 1]?.timestamp ?? timestamp;
    seconds += Math.min(solvedAt - block.timestamp, LONGEST_GAP_SECONDS);
  }
  return seconds <= 0 ? HARDEST_WORK : (work * BigInt(SPACING_SECONDS)) / BigInt(seconds);
}

/** How many quarters of the parent's work the next may have: 16 after a quick parent, 4 and fewer after a slow one. */
function riseQuarters(gapSeconds: number): bigint {
  const quarters = Math.floor((4 * 2 * SPACING_SECONDS) / Math.max(gapSeconds, 1));
  return BigInt(Math.max(quarters, 1));
}

function easedHalvings(gapSeconds: number): bigint {
  if (gapSeconds < LONGEST_GAP_SECONDS) return 0n;
  return BigInt(Math.min(1 + Math.floor((gapSeconds - LONGEST_GAP_SECONDS) / EASE_SECONDS), 256));
}

function clamp(value: bigint, lowest: bigint, highest: bigint): bigint {
  if (value < lowest) return lowest;
  return value > highest ? highest : value;
}
