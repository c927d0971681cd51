// What became of the proofs, counted. The built-in gateway tells every verdict; for a foreign one, which
// only ever says "submitted", its companion tells what the node says.
import type { VerdictMessage } from '../../protocol/channel/messages.ts';

export interface Tally {
  submitted: number;
  accepted: number;
  rejected: number;
  stale: number;
  dropped: number;
  unknown: number;
  blocks: number;
  /** ISO 8601, UTC, of the last verdict. */
  lastAt: string | null;
}

export const EMPTY_TALLY: Tally = {
  submitted: 0,
  accepted: 0,
  rejected: 0,
  stale: 0,
  dropped: 0,
  unknown: 0,
  blocks: 0,
  lastAt: null,
};

/** Counts one settled proof. A dropped one was never submitted. */
export function countVerdict(tally: Tally, verdict: Pick<VerdictMessage, 'result' | 'block'>, at: string): Tally {
  const { result, block } = verdict;
  return {
    ...tally,
    [result]: tally[result] + 1,
    submitted: tally.submitted + (result === 'dropped' ? 0 : 1),
    blocks: tally.blocks + (block && result === 'accepted' ? 1 : 0),
    lastAt: at,
  };
}
