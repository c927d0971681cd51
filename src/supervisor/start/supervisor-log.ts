// Where a supervisor's lines go, by the way in which it was started, and the secrets that must never be seen in one.
import { isJournal, Logger, type LoggerOptions } from '../../base/logs/logger.ts';
import type { Config } from '../../config/configuration.ts';
import type { Paths } from '../../config/paths.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { poolList } from '../../config/pool-list.ts';
import { resolveProxy, resolveSecret } from '../../config/secrets.ts';
import type { RunSupervisorOptions } from './supervisor-options.ts';

/** `onReaderGone` is called only where a person or a program reads: the starter of a service need not. */
export function openLog(
  { config, paths, foreground, onRecord, json = false }: RunSupervisorOptions,
  { redact, onReaderGone }: Required<Pick<LoggerOptions, 'redact' | 'onReaderGone'>>,
): Logger {
  const journal = !json && isJournal(process.env);
  const { level, ...bounds } = config.logs;
  const shown = journal || json || onRecord !== undefined;
  return new Logger({
    level,
    redact,
    file: journal && paths.logFolder === null ? null : { path: paths.logFile, ...bounds },
    journal,
    json,
    terminal: shown ? null : foreground ? level : 'warn',
    ...(foreground ? { onReaderGone } : {}),
    ...(onRecord === undefined ? {} : { onRecord }),
  });
}

/** As the sidecar notes it. LOG_NAMESPACE is set beside JOURNAL_STREAM (systemd.exec(5)). */
export function logTarget(paths: Paths, env: NodeJS.ProcessEnv = process.env): string {
  if (!isJournal(env) || paths.logFolder !== null) return paths.logFile;
  return env.LOG_NAMESPACE ? `journal:${env.LOG_NAMESPACE}` : 'journal';
}

/**
 * Every secret that the children of this configuration are given.
 *
 * @throws PearlError SECRET_MISSING, NO_PERMISSION or CONFIG_INVALID: the gateway could not start with it either.
 */
export async function secretsOf(config: Config, paths: Paths, env: NodeJS.ProcessEnv): Promise<string[]> {
  if (config.gateway.kind === 'external') return [(await resolveNodeAccess(config, paths, env)).rpcPassword];
  if (config.gateway.kind !== 'pool') return [];
  const pools = poolList(config);
  const passwords = pools.map(async ({ pass, secret }) => (secret === null ? pass : resolveSecret(secret, paths, env)));
  const proxies = await Promise.all(pools.map((pool) => resolveProxy(pool, paths, env)));
  const proxyPasswords = proxies.flatMap((proxy) => (proxy?.password ? [proxy.password] : []));
  return [...new Set([config.pool.pass, ...(await Promise.all(passwords)), ...proxyPasswords])];
}
