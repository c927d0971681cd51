// The pool upstream of a configuration: account, secret, limits, and the rate that the supervisor last measured.
import { join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { poolPasswordSource, resolveSecret } from '../../config/secrets.ts';
import { native } from '../../native/native.ts';
import { readStats } from '../../state/stats/stats-record.ts';
import { createExaminer } from '../examine-proof.ts';
import type { PoolSettings } from './connection/connection-options.ts';
import type { Account } from './login/login.ts';
import { PoolUpstream } from './pool.ts';
import type { PoolEntry } from './pool-entry.ts';
import { filePoolMemory } from './pool-memory.ts';
import { nativeRules } from './pool-rules.ts';
import { POOL_TIMES } from './pool-times.ts';
import { WINDOW_LIMITS } from './verdicts/verdict-window.ts';

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
    limits: { maxInFlight: pool.maxInFlight, maxSubmitsPerMinute: pool.maxSubmitsPerMinute },
    times: POOL_TIMES,
    agent: `pearlctl/${VERSION}`,
    rules: nativeRules(config.shape),
    macsPerSecond: () => measuredRate(paths, Date.now()),
    ca: null,
    log,
  };
  const account = await accountOf(config, paths);
  const entries: PoolEntry[] = pool.urls.map((url) => ({ url, account, keepalive: 'auto' }));
  const memory = filePoolMemory(join(paths.stateFolder, 'pools.json'), (error) =>
    log('warn', `What was learned of the pools cannot be written (${errnoOf(error) ?? String(error)}).`),
  );
  const examine = createExaminer(native());
  return new PoolUpstream({ entries, settings, windowLimits: WINDOW_LIMITS, examine, memory });
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

/** Figures older than this are of another process. */
const FRESH_MS = 15_000;
/** The window of the rate that pools are told. */
const RATE_WINDOW_SECONDS = 60;

/** What the supervisor last wrote, for the pool's own display; null until its window is full of mining. */
function measuredRate(paths: Paths, nowMs: number): number | null {
  const reading = readStats(paths.statsFile);
  if (reading.kind !== 'valid') return null;
  const { updatedAt, uptimeSeconds, rate } = reading.value;
  const isFresh = nowMs - Date.parse(updatedAt) < FRESH_MS;
  // While the window still holds the time before the first job, the mean is far below what the machine does.
  const isFull = uptimeSeconds >= RATE_WINDOW_SECONDS && rate.macsPerSecond60s * 2 >= rate.macsPerSecond10s;
  return isFresh && isFull && rate.macsPerSecond60s > 0 ? rate.macsPerSecond60s : null;
}
