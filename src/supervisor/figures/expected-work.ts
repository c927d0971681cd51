// What the present job brings on average at the present rate: shares, blocks and coins a day. Mining is a lottery, so each mean
// comes with its interval (`protocol/expectation.ts`). Pure.
import { perDay, usualRange } from '../../protocol/expectation.ts';
import { blockSubsidyPrl } from '../../protocol/subsidy.ts';
import type { Stats } from '../../state/stats/stats-record.ts';

const DAY_SECONDS = 86_400;

export interface WorkAtHand {
  readonly macsPerSecond: number;
  /** Multiply-accumulates that a share and a block of the present job take on average; null where that is not known. */
  readonly shareMacs: number | null;
  readonly blockMacs: number | null;
  readonly network: string;
  /** Of the block that is worked on; null where neither gateway nor node tells. */
  readonly height: number | null;
}

export function expectedWork(work: WorkAtHand): Stats['expectation'] {
  const { macsPerSecond, shareMacs, blockMacs, network, height } = work;
  if (macsPerSecond <= 0 || shareMacs === null || shareMacs <= 0) return null;
  const shareSeconds = shareMacs / macsPerSecond;
  const blockSeconds = blockMacs === null || blockMacs <= 0 ? null : blockMacs / macsPerSecond;
  const [blockLowSeconds = null, blockHighSeconds = null] = blockSeconds === null ? [] : usualRange(blockSeconds);
  const rewardPrl = network !== 'mainnet' || height === null ? null : blockSubsidyPrl(height);
  const prlPerDay = rewardPrl === null || blockSeconds === null ? null : (DAY_SECONDS / blockSeconds) * rewardPrl;
  const shares = perDay(shareSeconds);
  return {
    sharesPerDay: rounded(DAY_SECONDS / shareSeconds),
    sharesDeviation: rounded(shares?.deviation ?? null),
    blockSeconds: rounded(blockSeconds),
    blockLowSeconds: rounded(blockLowSeconds),
    blockHighSeconds: rounded(blockHighSeconds),
    prlPerDay: rounded(prlPerDay),
    prlDeviation: prlPerDay === null || shares === null ? null : rounded((prlPerDay * shares.deviation) / shares.mean),
    prlReason: prlPerDay === null ? reasonWithout(network, height) : null,
    rewardPrl: rewardPrl === null ? null : Number(rewardPrl.toPrecision(6)),
    rewardFrom: rewardPrl === null ? null : `by the rules of the network at height ${height}`,
  };
}

function reasonWithout(network: string, height: number | null): string {
  if (network !== 'mainnet') return 'coins of a test network are worth nothing';
  return height === null ? 'nothing tells the height of the job' : 'the work of a block is not known';
}

/** To the three digits that an estimate is worth. */
export function rounded(value: number): number;
export function rounded(value: number | null): number | null;
export function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(3));
}
