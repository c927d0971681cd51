// The rules of the proxies in [pool] and [pool.NAME]: one password at most, and only for a user.
import type { RuleCheck } from './rule-check.ts';
import type { Values } from './typed-config.ts';

type Proxied = Pick<Values['pool'], 'proxy' | 'proxyPasswordEnv' | 'proxyPasswordFile'>;

/** @param section `pool` or `pool.NAME`: with a proxy of its own it takes no password over from [pool]. */
export function proxyOf(check: RuleCheck, section: string, values: Proxied): Proxied {
  const isOwn = (key: string) => check.isSet(`${section}.${key}`);
  const ways = ['proxy_password_env', 'proxy_password_file'].filter(isOwn);
  const [way] = ways;
  if (ways.length > 1) {
    check.refuse(`${section}.${ways[1]}`, `[${section}] ${ways.join(' and ')} both set a password.`, 'Keep one.');
  }
  const { proxy } = values;
  if (way !== undefined && (proxy === 'off' || proxy.user === null)) {
    check.refuse(
      `${section}.${way}`,
      `[${section}] ${way} is set, and proxy names no user.`,
      'Write proxy = socks5h://USER@HOST:PORT.',
    );
  } else if (way !== undefined && proxy !== 'off' && proxy.password !== null) {
    check.refuse(`${section}.${way}`, `[${section}] proxy and ${way} both set a password.`, 'Keep one.');
  }
  const mayShare = !isOwn('proxy') && way === undefined;
  return {
    proxy,
    proxyPasswordEnv: mayShare || way === 'proxy_password_env' ? values.proxyPasswordEnv : null,
    proxyPasswordFile: mayShare || way === 'proxy_password_file' ? values.proxyPasswordFile : null,
  };
}
