// What a pool means for a machine of a given rate: how long a share takes, and how long until the pool pays. Pure.
import { type KnownPool, type PoolServer, preferredServer } from '../../gateway/pool/known/known-pool.ts';
import type { ChainFacts } from '../../protocol/published-chain.ts';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3600;

export interface PoolProspects {
  /** The server that is meant, or null. */
  readonly server: PoolServer | null;
  /** Mean seconds for a share there. */
  readonly shareSeconds: number | null;
  readonly daysToPayout: number | null;
}

/** @param macsPerSecond null where this machine's rate is not known. */
export function prospectsAt(pool: KnownPool, macsPerSecond: number | null, chain: ChainFacts): PoolProspects {
  const server = preferredServer(pool.servers.is, macsPerSecond);
  return {
    server,
    shareSeconds: server === null ? null : shareSeconds(server, macsPerSecond),
    daysToPayout: daysToPayout(pool, macsPerSecond, chain),
  };
}

/** A share takes more than an hour. */
export function isSlow(seconds: number | null): boolean {
  return seconds !== null && seconds > HOUR_SECONDS;
}

export function shareSeconds({ shareMacs }: PoolServer, macsPerSecond: number | null): number | null {
  return shareMacs === null || macsPerSecond === null ? null : shareMacs / macsPerSecond;
}

/** What a day's work is worth on average, before a pool's fee. */
export function prlPerDay(macsPerSecond: number, chain: ChainFacts): number {
  return (macsPerSecond / chain.blockMacs) * chain.rewardPrl * DAY_SECONDS;
}

function daysToPayout({ payout, fee }: KnownPool, macsPerSecond: number | null, chain: ChainFacts): number | null {
  const { minimumPrl } = payout.is;
  if (minimumPrl === null || macsPerSecond === null) return null;
  const kept = 1 - (fee.is.percent ?? 0) / 100;
  return minimumPrl / (prlPerDay(macsPerSecond, chain) * kept);
}
