// The pools of a configuration in the order in which they are tried, each with its own login: those of [pool] url[], then the
// [pool.NAME] sections. Pure.
import type { PoolUrl } from './pool-url.ts';
import type { ProxyUrl } from './proxy-url.ts';
import type { SecretSource } from './secret-source.ts';
import type { Config } from './typed-config.ts';

/** One pool as it is mined at. */
export interface ListedPool {
  /** The name of its section; null for one of [pool] url[]. */
  readonly name: string | null;
  readonly url: PoolUrl;
  /** Sent instead of the wallet, or null. */
  readonly login: string | null;
  /** The address that is paid. */
  readonly wallet: string;
  readonly worker: string;
  /** Where there is no secret. */
  readonly pass: string;
  readonly secret: SecretSource | null;
  readonly keepaliveMs: number | 'auto' | 'off';
  /** On the way to it, and where the proxy's password is unless its address has one. */
  readonly proxy: { readonly url: ProxyUrl; readonly secret: SecretSource | null } | null;
}

/** What [pool] and a section of one pool have in common. */
type Login = Omit<Config['pools'][string], 'url'>;
type Places = Pick<Config, 'miner' | 'pool' | 'pools'>;

/** The pools to try, the preferred one first. */
export function poolList(config: Places): ListedPool[] {
  const { pool, pools } = config;
  const names = pool.use ?? Object.keys(pools);
  const named = names.flatMap((name) => {
    const one = pools[name];
    return one === undefined ? [] : [listed(config, name, one.url, one)];
  });
  return [...pool.urls.map((url) => listed(config, null, url, pool)), ...named];
}

/** A pool that is not configured: it gets the wallet, no login or password of another pool, and the way of [pool]. */
export function unlistedPool(config: Places, url: PoolUrl): ListedPool {
  const { wallet, worker } = config.miner;
  return { ...listed(config, null, url, config.pool), login: null, wallet, worker, pass: 'x', secret: null };
}

function listed({ miner }: Places, name: string | null, url: PoolUrl, login: Login): ListedPool {
  return {
    name,
    url,
    login: login.login,
    wallet: login.user ?? miner.wallet,
    worker: login.worker ?? miner.worker,
    pass: login.pass,
    secret: secretOf(name, login),
    keepaliveMs: login.keepaliveMs,
    proxy: login.proxy === 'off' ? null : { url: login.proxy, secret: proxySecretOf(name, login) },
  };
}

function secretOf(name: string | null, { passwordEnv: env, passwordFile: file }: Login): SecretSource | null {
  return source('password', 'pool-password', name, env, file);
}

function proxySecretOf(name: string | null, login: Login): SecretSource | null {
  return source("proxy's password", 'proxy-password', name, login.proxyPasswordEnv, login.proxyPasswordFile);
}

function source(
  what: string,
  credential: string,
  name: string | null,
  env: string | null,
  file: string | null,
): SecretSource | null {
  if (env === null && file === null) return null;
  return name === null
    ? { title: `the pool's ${what}`, credential, env, file }
    : { title: `the ${what} of the pool ${name}`, credential: `${credential}-${name}`, env, file };
}
