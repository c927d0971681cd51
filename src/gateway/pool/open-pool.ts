// The pool upstream of a configuration: account, secret, limits, and the rate that the supervisor last measured.
import { join } from 'node:path';
import { errnoOf } from '../../base/errors.ts';
import { type Fix, fix, pearlctl } from '../../base/fix.ts';
import { VERSION } from '../../base/version.ts';
import type { Config } from '../../config/configuration.ts';
import { machineShape } from '../../config/machine-shape.ts';
import type { Paths } from '../../config/paths.ts';
import { type ListedPool, poolList } from '../../config/pool-list.ts';
import { findSecret, resolveProxy, type SecretOrigin, secretFix } from '../../config/secrets.ts';
import { native } from '../../native/native.ts';
import type { Shape } from '../../protocol/shapes.ts';
import { readStats } from '../../state/stats/stats-record.ts';
import { createExaminer } from '../examine-proof.ts';
import type { PoolSettings } from './connection/connection-options.ts';
import { trustedRoots } from './connection/trusted-roots.ts';
import { PoolUpstream } from './pool.ts';
import type { PoolEntry } from './pool-entry.ts';
import { filePoolMemory } from './pool-memory.ts';
import { nativeRules } from './pool-rules.ts';
import { POOL_TIMES } from './pool-times.ts';
import { toldRate } from './told-rate.ts';

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
    ...poolSettings(machineShape(config.shape, native()), paths, log),
    limits: { maxInFlight: pool.maxInFlight, maxSubmitsPerMinute: pool.maxSubmitsPerMinute },
    times: { ...POOL_TIMES, newJobMs: pool.newJobTimeoutMs },
  };
  const entries = await Promise.all(poolList(config).map((pool) => entryOf(pool, paths)));
  const memory = filePoolMemory(join(paths.stateFolder, 'pools.json'), (error) =>
    log('warn', `What was learned of the pools cannot be written (${errnoOf(error) ?? String(error)}).`),
  );
  const windowLimits = {
    invalidInARow: pool.maxInvalidInARow,
    rejectedPercent: pool.maxRejectedPercent,
    stalePercent: pool.maxStalePercent,
  };
  const examine = createExaminer(native());
  return new PoolUpstream({ entries, settings, windowLimits, examine, memory });
}

/** The settings of a connection to any pool, with the usual limits. */
export function poolSettings(shape: Shape, paths: Paths, log: PoolSettings['log']): PoolSettings {
  return {
    limits: { maxInFlight: 1, maxSubmitsPerMinute: null },
    times: POOL_TIMES,
    agent: `pearlctl/${VERSION}`,
    rules: nativeRules(shape),
    macsPerSecond: () => toldRate(readStats(paths.statsFile), Date.now()),
    ca: trustedRoots(process.env, (text) => log('warn', text)),
    log,
  };
}

/** A pool of the configuration as it is connected to. Throws SECRET_MISSING or NO_PERMISSION for a password. */
export async function entryOf(pool: ListedPool, paths: Paths, env?: NodeJS.ProcessEnv): Promise<PoolEntry> {
  const { url, wallet, worker, login, secret, keepaliveMs } = pool;
  const found = secret === null ? null : await findSecret(secret, paths, env ?? process.env);
  const account = { wallet, worker, login, pass: found?.value ?? pool.pass };
  const proxy = await resolveProxy(pool, paths, env);
  const loginFix = found === null ? {} : { loginFix: fixOfLogin(url.name, found.from) };
  return { url, account, keepalive: keepaliveMs, proxy, ...loginFix };
}

/** The password is mended where it stands; wallet and login are shown, since one of those may be what is wrong. */
function fixOfLogin(name: string, from: SecretOrigin): Fix {
  return fix`${secretFix(from, `the password at ${name}`)}; wallet and login are shown by: ${pearlctl('config')}`;
}
