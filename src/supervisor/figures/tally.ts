// What became of the proofs, counted. The built-in gateway tells every verdict; for a foreign one, which only ever says
// "submitted", its companion tells what the node says.
import type { VerdictMessage } from '../../protocol/channel/messages.ts';
import type { VerdictResult } from '../../protocol/verdict.ts';
import type { OwnerSums } from '../../state/ledger/checkpoint.ts';
import { blankStats, type Stats } from '../../state/stats/stats-record.ts';

export interface Tally {
  readonly shares: Omit<Stats['shares'], 'expectedSeconds' | 'found' | 'inFlight'>;
  readonly blocks: Stats['blocks'];
}

const { shares, blocks } = blankStats();
export const EMPTY_TALLY: Tally = { shares, blocks };

/** What a ledger says of earlier proofs, as one tally. */
export function tallyOf(sums: readonly OwnerSums[]): Tally {
  const total = (of: (one: OwnerSums) => number) => sums.reduce((sum, one) => sum + of(one), 0);
  const of = (result: VerdictResult) => total(({ byResult }) => byResult[result]);
  const byResult = {
    accepted: of('accepted'),
    rejected: of('rejected'),
    stale: of('stale'),
    dropped: of('dropped'),
    // Below zero only where the line that one corrects was taken away.
    unknown: Math.max(0, of('unknown')),
  };
  const { accepted, rejected, stale, unknown } = byResult;
  const times = sums.flatMap(({ lastAt }) => (lastAt === null ? [] : [lastAt]));
  return {
    shares: { ...byResult, submitted: accepted + rejected + stale + unknown, lastAt: times.sort().at(-1) ?? null },
    blocks: { accepted: total((one) => one.blocks) },
  };
}

/** Counts one settled proof. A dropped one was never submitted; one whose verdict is corrected was counted as that. */
export function countVerdict(
  { shares, blocks }: Tally,
  { result, block, corrects }: Pick<VerdictMessage, 'result' | 'block' | 'corrects'>,
  at: string,
): Tally {
  const before = corrects === undefined ? shares : { ...shares, [corrects]: Math.max(0, shares[corrects] - 1) };
  return {
    shares: {
      ...before,
      [result]: before[result] + 1,
      submitted: shares.submitted + (result === 'dropped' || corrects !== undefined ? 0 : 1),
      lastAt: at,
    },
    blocks: { accepted: blocks.accepted + (block && result === 'accepted' ? 1 : 0) },
  };
}
