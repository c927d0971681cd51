// What became of the proofs, counted. The built-in gateway tells every verdict; for a foreign one, which only ever says
// "submitted", its companion tells what the node says.
import type { VerdictMessage } from '../../protocol/channel/messages.ts';
import { blankStats, type Stats } from '../../state/stats/stats-record.ts';

export interface Tally {
  readonly shares: Omit<Stats['shares'], 'expectedSeconds'>;
  readonly blocks: Stats['blocks'];
}

const { shares, blocks } = blankStats();
export const EMPTY_TALLY: Tally = { shares, blocks };

/** Counts one settled proof. A dropped one was never submitted. */
export function countVerdict(
  { shares, blocks }: Tally,
  { result, block }: Pick<VerdictMessage, 'result' | 'block'>,
  at: string,
): Tally {
  return {
    shares: {
      ...shares,
      [result]: shares[result] + 1,
      submitted: shares.submitted + (result === 'dropped' ? 0 : 1),
      lastAt: at,
    },
    blocks: { accepted: blocks.accepted + (block && result === 'accepted' ? 1 : 0) },
  };
}
