// A provider's ten figures, from the files that its supervisor keeps; zeros where there is none. Never throws.
import { readFileSync } from 'node:fs';
import { orNull } from '../base/errors.ts';
import { parseConfig } from '../config/configuration.ts';
import type { Paths } from '../config/paths.ts';
import { poolList } from '../config/pool-list.ts';
import { native } from '../native/native.ts';
import { judgeLife, type LifeFiles } from '../state/life.ts';
import { readSidecar } from '../state/sidecar/read-sidecar.ts';
import type { SidecarRecord } from '../state/sidecar/sidecar-record.ts';
import type { Stats } from '../state/stats/stats-record.ts';
import { readStats } from '../state/stats/stats-record.ts';
import type { FileReading } from '../state/table/read-file.ts';
import type { MiningStats } from './provider.ts';

export function providerStatsOf(
  providerId: string,
  paths: LifeFiles & Pick<Paths, 'statsFile' | 'configFile'>,
): MiningStats {
  const sidecar = readSidecar(paths.sidecarFile);
  const life = judgeLife(paths, native, sidecar);
  const alive = life.kind !== 'dead' && life.sidecar !== 'stale';
  const stats = readStats(paths.statsFile);
  const figured = figures(providerId, sidecar, stats, alive);
  if (sidecar.kind !== 'valid' || sidecar.value.gatewayKind !== 'pool') return figured;
  // No pool is connected now and then, and it is a pool that is mined with all the same.
  const pool = (stats.kind === 'valid' ? stats.value.gateway.upstream : null) ?? configuredPool(paths.configFile);
  return { ...figured, payoutTarget: `pool:${pool ?? ''}` };
}

function configuredPool(path: string): string | null {
  return orNull(() => poolList(parseConfig(readFileSync(path, 'utf8'), path))[0]?.url.name) ?? null;
}

/** All but the pool's name. Pure. */
function figures(
  providerId: string,
  sidecar: FileReading<SidecarRecord>,
  stats: FileReading<Stats>,
  alive: boolean,
): MiningStats {
  const none: MiningStats = {
    providerId,
    sharesSubmitted: 0,
    sharesAccepted: 0,
    blocksFound: 0,
    hashrate: 0,
    uptimeSeconds: 0,
    lastShareAt: null,
    lastError: null,
    payoutTarget: 'solo',
    feesOwed: 0,
  };
  if (sidecar.kind !== 'valid') return { ...none, lastError: sidecar.kind === 'missing' ? null : sidecar.detail };
  if (!alive) return { ...none, lastError: sidecar.value.stateReason ?? 'the supervisor is gone' };
  if (stats.kind !== 'valid') return none;
  const { shares, blocks, rate, gateway, health, uptimeSeconds, pauseReason } = stats.value;
  const lastShareAt = shares.lastAt === null ? Number.NaN : Date.parse(shares.lastAt) / 1000;
  return {
    ...none,
    sharesSubmitted: shares.submitted,
    sharesAccepted: shares.accepted,
    blocksFound: blocks.accepted,
    hashrate: rate.macsPerSecond60s,
    uptimeSeconds,
    lastShareAt: Number.isNaN(lastShareAt) ? null : lastShareAt,
    lastError: health[0]?.text ?? gateway.reason ?? pauseReason,
  };
}
