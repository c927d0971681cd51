// What the present job brings on average at the present rate: shares, blocks and coins a day. Mining is a lottery, so each mean
// comes with its interval (`protocol/expectation.ts`). Pure.
import { perDay, usualRange } from '../../protocol/expectation.ts';
import { PUBLISHED_CHAIN } from '../../protocol/published-chain.ts';
import type { Stats } from '../../state/stats/stats-record.ts';

const DAY_SECONDS = 86_400;

export interface WorkAtHand {
  readonly macsPerSecond: number;
  /** Multiply-accumulates that a share and a block of the present job take on average; null where that is not known. */
  readonly shareMacs: number | null;
  readonly blockMacs: number | null;
  readonly network: string;
}

export function expectedWork({ macsPerSecond, shareMacs, blockMacs, network }: WorkAtHand): Stats['expectation'] {
  if (macsPerSecond <= 0 || shareMacs === null || shareMacs <= 0) return null;
  const shareSeconds = shareMacs / macsPerSecond;
  const blockSeconds = blockMacs === null || blockMacs <= 0 ? null : blockMacs / macsPerSecond;
  const [blockLowSeconds = null, blockHighSeconds = null] = blockSeconds === null ? [] : usualRange(blockSeconds);
  // A block of a test network pays nothing that is worth a figure.
  const rewardPrl = network === 'mainnet' ? PUBLISHED_CHAIN.rewardPrl : null;
  return {
    sharesPerDay: rounded(DAY_SECONDS / shareSeconds),
    sharesDeviation: roundedOrNull(perDay(shareSeconds)?.deviation ?? null),
    blockSeconds: roundedOrNull(blockSeconds),
    blockLowSeconds: roundedOrNull(blockLowSeconds),
    blockHighSeconds: roundedOrNull(blockHighSeconds),
    prlPerDay: rewardPrl === null || blockSeconds === null ? null : rounded((DAY_SECONDS / blockSeconds) * rewardPrl),
    rewardPrl,
    rewardFrom: rewardPrl === null ? null : `published, ${PUBLISHED_CHAIN.date}`,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function roundedOrNull(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
