// The rules of the [pool.NAME] sections: what one sets itself comes before what it has from [pool].
import type { Network } from '../protocol/networks.ts';
import { proxyOf } from './proxy-rules.ts';
import { checkAddress, type RuleCheck } from './rule-check.ts';
import type { Config, GatewayKind, Values } from './typed-config.ts';

type Named = Values['pools'][string];

/** The ways to give a password, of which one is used. */
const PASSWORD_KEYS = ['pass', 'password_env', 'password_file'] as const;

export function namedPoolsOf(check: RuleCheck, { pool, pools }: Values, network: Network): Config['pools'] {
  for (const name of pool.use ?? []) {
    if (!Object.hasOwn(pools, name)) {
      check.refuse(
        'pool.use',
        `[pool] use names ${name}, and there is no section [pool.${name}].`,
        'Add the section, or leave the name out.',
      );
    }
  }
  const urls = new Map(pool.urls.map((url) => [url.name, '[pool] url[]']));
  const named = Object.entries(pools).flatMap(([name, values]): [string, Config['pools'][string]][] => {
    const { url } = values;
    if (url === null) {
      check.refuse(`pool.${name}.url`, `[pool.${name}] url is missing.`, 'Add url = stratum+ssl://HOST:PORT.');
      return [];
    }
    const other = urls.get(url.name);
    if (other !== undefined) {
      check.refuse(`pool.${name}.url`, `[pool.${name}] url is also in ${other}.`, 'Keep one of them.');
    }
    urls.set(url.name, `[pool.${name}]`);
    return [[name, { ...ownBeforeShared(check, name, values, network), url }]];
  });
  return Object.fromEntries(named);
}

function ownBeforeShared(check: RuleCheck, name: string, values: Named, network: Network): Named {
  const isOwn = (key: string) => check.isSet(`pool.${name}.${key}`);
  if (isOwn('login') && isOwn('user')) {
    check.refuse(`pool.${name}.user`, `[pool.${name}] login and user both stand for the wallet.`, 'Keep one of them.');
  }
  if (isOwn('user') && values.user !== null) checkAddress(check, `pool.${name}.user`, values.user, network);
  const ways = PASSWORD_KEYS.filter(isOwn);
  if (ways.length > 1) {
    check.refuse(
      `pool.${name}.${ways[1]}`,
      `[pool.${name}] ${ways.join(' and ')} all set the password.`,
      'Keep one of them.',
    );
  }
  const [way] = ways;
  return {
    ...values,
    ...proxyOf(check, `pool.${name}`, values),
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
