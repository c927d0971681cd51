// The rules of the [pool.NAME] sections: what one sets itself comes before what it has from [pool].
import type { Network } from '../protocol/networks.ts';
import { checkAccount, passwordWay, proxyOf } from './login-rules.ts';
import { checkAddress, type RuleCheck } from './rule-check.ts';
import type { Config, GatewayKind, Values } from './typed-config.ts';

type Named = Values['pools'][string];

export function namedPoolsOf(check: RuleCheck, { pool, pools }: Values, network: Network): Config['pools'] {
  for (const name of pool.use ?? []) {
    if (!Object.hasOwn(pools, name)) {
      const words = `use names ${name}, and there is no section [pool.${name}].`;
      check.refuseIn('pool', 'use', words, 'Add the section, or leave the name out.');
    }
  }
  const urls = new Map(pool.urls.map((url) => [url.name, '[pool] url[]']));
  const named = Object.entries(pools).flatMap(([name, values]): [string, Config['pools'][string]][] => {
    const { url } = values;
    const section = `pool.${name}`;
    if (url === null) {
      check.refuseIn(section, 'url', 'url is missing.', 'Add url = stratum+ssl://HOST:PORT.');
      return [];
    }
    const other = urls.get(url.name);
    if (other !== undefined) check.refuseIn(section, 'url', `url is also in ${other}.`, 'Keep one of them.');
    urls.set(url.name, `[${section}]`);
    return [[name, { ...ownBeforeShared(check, section, values, network), url }]];
  });
  return Object.fromEntries(named);
}

function ownBeforeShared(check: RuleCheck, section: string, values: Named, network: Network): Named {
  const isOwn = (key: string) => check.isSet(`${section}.${key}`);
  checkAccount(check, section, isOwn('login') && isOwn('user'));
  if (isOwn('user') && values.user !== null) checkAddress(check, `${section}.user`, values.user, network);
  const way = passwordWay(check, section);
  return {
    ...values,
    ...proxyOf(check, section, values),
    login: isOwn('user') ? null : values.login,
    user: isOwn('login') ? null : (values.user?.toLowerCase() ?? null),
    passwordEnv: way === undefined || way === 'password_env' ? values.passwordEnv : null,
    passwordFile: way === undefined || way === 'password_file' ? values.passwordFile : null,
  };
}

/** Whether some pool pays [miner] wallet, so that it must be there. */
export function needsWallet(kind: GatewayKind, pool: Values['pool'], pools: Config['pools']): boolean {
  if (kind === 'attached') return false;
  if (kind !== 'pool') return true;
  const logins = [...(pool.urls.length > 0 ? [pool] : []), ...Object.values(pools)];
  return logins.length === 0 ? pool.login === null : logins.some(({ login, user }) => login === null && user === null);
}
