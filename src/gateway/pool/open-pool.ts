// The pool upstream of a configuration: account, secret, limits, and the rate that the supervisor last measured.

import { VERSION } from '../../base/version.ts';
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { poolPasswordSource, resolveSecret } from '../../config/secrets.ts';
import { native } from '../../native/native.ts';
import { readStats } from '../../state/sidecar/read-stats.ts';
import { createExaminer } from '../examine-proof.ts';
import type { Account } from './login.ts';
import { PoolUpstream } from './pool.ts';
import type { PoolSettings } from './pool-connection.ts';
import { nativeRules } from './pool-rules.ts';
import { POOL_TIMES } from './pool-times.ts';

/**
 * Connects to the pools of `[pool]`, and goes on doing so until it is closed.
 *
 * @throws PearlError SECRET_MISSING or NO_PERMISSION for the password.
 */
export async function createPoolUpstream(
  config: Config,
  paths: Paths,
  log: PoolSettings['log'],
): Promise<PoolUpstream> {
  const { pool } = config;
  const settings: PoolSettings = {
    account: await accountOf(config, paths),
    limits: { maxInFlight: pool.maxInFlight, maxSubmitsPerMinute: pool.maxSubmitsPerMinute },
    times: POOL_TIMES,
    agent: `pearlctl/${VERSION}`,
    rules: nativeRules(config.shape),
    macsPerSecond: () => measuredRate(paths),
    ca: null,
    log,
  };
  return new PoolUpstream({ urls: pool.urls, settings, examine: createExaminer(native()) });
}

async function accountOf(config: Config, paths: Paths): Promise<Account> {
  const { pool, miner } = config;
  const source = poolPasswordSource(config);
  return {
    wallet: pool.user ?? miner.wallet,
    worker: miner.worker,
    login: pool.login,
    pass: source === null ? pool.pass : await resolveSecret(source, paths),
  };
}

/** What the supervisor last wrote, for the pool's own display; null where nothing measures it. */
function measuredRate(paths: Paths): number | null {
  const reading = readStats(paths.statsFile);
  const rate = reading.kind === 'valid' ? reading.value.rate.macs_per_second_60s : 0;
  return rate > 0 ? rate : null;
}
