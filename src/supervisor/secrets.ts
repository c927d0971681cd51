// The values that must never be seen in a log: gathered once from where the configuration says that they are.
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config.ts';

/** A password is one line; whatever is longer is not read. */
const MAX_SECRET_BYTES = 4096;

export function secretsOf(config: Config, env: NodeJS.ProcessEnv): string[] {
  const variables = [config.pool.passwordEnv, config.pearld.rpcPasswordEnv].map((name) => env[name ?? '']);
  const files = [config.pool.passwordFile, config.pearld.rpcPasswordFile].map(readFirstLine);
  return [config.pool.pass, ...variables, ...files].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  );
}

function readFirstLine(path: string | null): string | undefined {
  if (path === null) return undefined;
  try {
    return readFileSync(path, 'utf8').slice(0, MAX_SECRET_BYTES).split('\n')[0]?.trim();
  } catch {
    // The gateway, which needs it, says so; here there is nothing to hide then.
    return undefined;
  }
}
