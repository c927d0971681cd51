// The rules of the logins in [pool] and [pool.NAME]: one account, one password for it, one for the proxy, and that only for a user.
import type { RuleCheck } from './rule-check.ts';
import type { Values } from './typed-config.ts';

/** @param isDouble whether the section has both. */
export function checkAccount(check: RuleCheck, section: string, isDouble: boolean): void {
  if (isDouble) check.refuseIn(section, 'user', 'login and user both stand for the wallet.', 'Keep one of them.');
}

/** Which of the ways to give a password the section itself uses, if any. */
export function passwordWay(check: RuleCheck, section: string): string | undefined {
  const ways = ['pass', 'password_env', 'password_file'].filter((name) => check.isSet(`${section}.${name}`));
  const [way, second] = ways;
  if (second !== undefined) {
    check.refuseIn(section, second, `${ways.join(' and ')} all set the password.`, 'Keep one of them.');
  }
  return way;
}

type Proxied = Pick<Values['pool'], 'proxy' | 'proxyPasswordEnv' | 'proxyPasswordFile'>;

/** @param section `pool` or `pool.NAME`: with a proxy of its own it takes no password over from [pool]. */
export function proxyOf(check: RuleCheck, section: string, values: Proxied): Proxied {
  const isOwn = (key: string) => check.isSet(`${section}.${key}`);
  const ways = ['proxy_password_env', 'proxy_password_file'].filter(isOwn);
  const [way, second] = ways;
  if (second !== undefined) check.refuseIn(section, second, `${ways.join(' and ')} both set a password.`, 'Keep one.');
  const { proxy } = values;
  if (way !== undefined && (proxy === 'off' || proxy.user === null)) {
    const words = `${way} is set, and proxy names no user.`;
    check.refuseIn(section, way, words, 'Write proxy = socks5h://USER@HOST:PORT.');
  } else if (way !== undefined && proxy !== 'off' && proxy.password !== null) {
    check.refuseIn(section, way, `proxy and ${way} both set a password.`, 'Keep one.');
  }
  const mayShare = !isOwn('proxy') && way === undefined;
  return {
    proxy,
    proxyPasswordEnv: mayShare || way === 'proxy_password_env' ? values.proxyPasswordEnv : null,
    proxyPasswordFile: mayShare || way === 'proxy_password_file' ? values.proxyPasswordFile : null,
  };
}
