// The values that must never be seen in a log, gathered once from where the configuration says that they are.
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { poolList } from '../../config/pool-list.ts';
import { resolveSecret } from '../../config/secrets.ts';

/**
 * Every secret that the children of this configuration are given.
 *
 * @throws PearlError SECRET_MISSING, NO_PERMISSION or CONFIG_INVALID: the gateway could not start with it either.
 */
export async function secretsOf(config: Config, paths: Paths, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (config.gateway.kind === 'external') return [(await resolveNodeAccess(config, paths, env)).rpcPassword];
  if (config.gateway.kind !== 'pool') return [];
  const pools = poolList(config);
  const passwords = pools.map(({ pass, secret }) => (secret === null ? pass : resolveSecret(secret, paths, env)));
  return [...new Set([config.pool.pass, ...(await Promise.all(passwords))])];
}
