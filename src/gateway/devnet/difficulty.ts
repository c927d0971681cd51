// How hard the devnet's next block is: a pure function of the last headers and the new block's time stamp.
//
// A machine may do 0.5 or 1000 GMAC/s, and nobody tells the chain which. So it starts easy, quadruples while blocks come
// at once, follows the rate of the last blocks from then on, and gives way in real time when no block comes.
import { nbitsFromTarget, targetFromCompact, targetOfWork, workOfTarget } from './compact.ts';

/** What the rule reads of a header. `timestamp` (seconds) is when work on it began: its solving time shows in the next. */
export interface PastBlock {
  readonly timestamp: number;
  readonly nbits: number;
}

/** Seconds between blocks that the rule aims at. */
export const SPACING_SECONDS = 2;
/** Past blocks that the rate is measured over: few, to settle soon; enough to halve the lottery's noise. */
export const WINDOW = 10;
/**
 * Multiply-accumulates of the easiest block: an eighth of a second for one scalar core. Its target times the largest
 * legal tile (256 cells, k = 65536) stays below 2^256, so the bound of a job never overflows.
 */
export const EASIEST_WORK = 1n << 26n;
/** Beyond what any machine does in a block's time; keeps the arithmetic in bounds. */
const HARDEST_WORK = 1n << 80n;
/** A block is at most this many times harder or easier than the one before it. */
const STEP = 4n;
/** Time since the last block began counts no further than this: sleep and restarts are no measure of the rate. */
const LONGEST_GAP_SECONDS = 12;
/** After `LONGEST_GAP_SECONDS` the work halves each time this many seconds pass. */
export const EASE_SECONDS = 4;

/** The easiest compact target, and the first block's. */
export const EASIEST_NBITS = nbitsFromTarget(targetOfWork(EASIEST_WORK));

/**
 * The compact target of a block on top of `past` (oldest first; only the last `WINDOW` count) whose work begins at
 * `timestamp`, in seconds, not before the last block's.
 */
export function nextNbits(past: readonly PastBlock[], timestamp: number): number {
  const parent = past.at(-1);
  if (parent === undefined) return EASIEST_NBITS;
  const gapSeconds = timestamp - parent.timestamp;
  const parentWork = workOfTarget(targetFromCompact(parent.nbits));
  const highest = (parentWork * riseQuarters(gapSeconds)) / 4n;
  const lowest = parentWork / STEP;
  const steady = clamp(steadyWork(past.slice(-WINDOW), timestamp), lowest, highest);
  const eased = steady >> easedHalvings(gapSeconds);
  return nbitsFromTarget(targetOfWork(clamp(eased, EASIEST_WORK, HARDEST_WORK)));
}

/** The work that the last blocks' rate does in one spacing; without measurable time, more than any step allows. */
function steadyWork(window: readonly PastBlock[], timestamp: number): bigint {
  let work = 0n;
  let seconds = 0;
  for (const [index, block] of window.entries()) {
    work += workOfTarget(targetFromCompact(block.nbits));
    const solvedAt = window[index + 1]?.timestamp ?? timestamp;
    seconds += Math.min(solvedAt - block.timestamp, LONGEST_GAP_SECONDS);
  }
  return seconds <= 0 ? HARDEST_WORK : (work * BigInt(SPACING_SECONDS)) / BigInt(seconds);
}

/** By how many quarters of the parent's work the next may rise: 4 times after a quick parent, none after a slow one. */
function riseQuarters(gapSeconds: number): bigint {
  const quarters = Math.floor((4 * 2 * SPACING_SECONDS) / Math.max(gapSeconds, 1));
  return BigInt(Math.min(Math.max(quarters, 1), 16));
}

function easedHalvings(gapSeconds: number): bigint {
  if (gapSeconds < LONGEST_GAP_SECONDS) return 0n;
  return BigInt(Math.min(1 + Math.floor((gapSeconds - LONGEST_GAP_SECONDS) / EASE_SECONDS), 256));
}

function clamp(value: bigint, lowest: bigint, highest: bigint): bigint {
  if (value < lowest) return lowest;
  return value > highest ? highest : value;
}
