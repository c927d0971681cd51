// One pool of the configuration: its address, its login, and how its peculiarities are met.
import type { Fix } from '../../base/fix.ts';
import type { PoolUrl } from '../../config/pool-url.ts';
import type { ProxyUrl } from '../../config/proxy-url.ts';
import type { Account } from './login/login.ts';

/** `auto`: signs of life once the pool hung up on a silent client twice; a number: every so many milliseconds. */
export type Keepalive = 'auto' | 'off' | number;

export interface PoolEntry {
  readonly url: PoolUrl;
  readonly account: Account;
  readonly keepalive: Keepalive;
  /** On the way to it, with its password. */
  readonly proxy: ProxyUrl | null;
  /** What to do about a refused login, where the configuration does not hold all of it. */
  readonly loginFix?: Fix;
}
