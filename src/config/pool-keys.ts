// The rows of the key table about pools.
import { gateway } from './key.ts';
import { completedPoolUrl, type PoolUrl, readPoolUrl } from './pool-url.ts';
import { readProxyUrl, shownProxy } from './proxy-url.ts';
import {
  duration,
  filePath,
  textValue,
  type ValueKind,
  valueKind,
  variableName,
  wholeNumber,
  wordOr,
  workerName,
} from './values.ts';

/** @param read gives the address, or a sentence fragment that says what is wrong with it. */
function address<Url extends object>(what: string, read: (text: string) => Url | string): ValueKind<Url, ''> {
  const found = (text: string) => {
    const url = read(text);
    return typeof url === 'string' ? { why: url } : { url };
  };
  return { ...valueKind(what, (text) => found(text).url), why: (text) => found(text).why ?? null };
}

const poolUrl: ValueKind<PoolUrl, ''> = {
  ...address('the address of a pool, such as stratum+ssl://pool.example.com:3333', readPoolUrl),
  meant: completedPoolUrl,
};
const proxyUrl = address('the address of a proxy, such as socks5h://127.0.0.1:9050', readProxyUrl);

/** What a section `[pool.NAME]` may be called. */
export const POOL_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;

const poolNames = valueKind('names of [pool.NAME] sections, such as a, b', (value) => {
  if (value === '') return [];
  const names = value.split(',').map((name) => name.trim());
  return names.every((name) => POOL_NAME.test(name)) && new Set(names).size === names.length ? names : undefined;
});

/** How this machine logs in to a pool, and stays there: for all pools, or for one of them. */
const poolLogin = {
  worker: gateway.key('worker', workerName, {
    whenUnset: '[miner] worker',
    doc: 'The name of this machine at the pool, where it is not [miner] worker.',
    example: 'rig1',
  }),
  keepalive: gateway.key('keepaliveMs', wordOr('auto', 'auto', wordOr('off', 'off', duration('5s', '10m'))), {
    default: 'auto',
    doc: 'How often the pool gets a mining.ping. auto: every 15 seconds, once it hung up on us twice for being silent.',
    example: '30s',
  }),
  pass: gateway.key('pass', textValue('at most 255 characters', { mayBeEmpty: true }), {
    default: 'x',
    doc: 'The password sent to the pool. At some pools d=N fixes the difficulty.',
    example: 'd=1000000',
    secret: true,
  }),
  login: gateway.key('login', textValue('at most 255 characters'), {
    whenUnset: 'the wallet',
    doc: 'Sent instead of the wallet, as it is and unchecked: for solo:… and account names.',
    example: 'solo:prl1p…',
  }),
  user: gateway.key('user', textValue('a Pearl address'), {
    whenUnset: 'the wallet',
    doc: 'The address that the pool pays, where it is not [miner] wallet. It is checked in the same way.',
    example: 'prl1p…',
  }),
  password_env: gateway.key('passwordEnv', variableName, {
    whenUnset: 'pass',
    doc: 'The environment variable that holds the password, instead of pass.',
    example: 'POOL_PASSWORD',
  }),
  password_file: gateway.key('passwordFile', filePath, {
    whenUnset: 'pass',
    doc: 'The file that holds the password, instead of pass; its mode is 0600.',
    example: '/etc/pearlctl/pool-password',
  }),
  proxy: gateway.key('proxy', wordOr('off', 'off', proxyUrl), {
    default: 'off',
    doc: 'The proxy on the way to the pool: socks5h:// (it looks names up), socks5:// (this machine does) or http:// (CONNECT), each as ://USER@HOST:PORT.',
    example: 'socks5h://127.0.0.1:9050',
    secret: shownProxy,
  }),
  proxy_password_env: gateway.key('proxyPasswordEnv', variableName, {
    whenUnset: 'what proxy has, as USER:PASSWORD@',
    doc: "The environment variable that holds the proxy's password.",
    example: 'PROXY_PASSWORD',
  }),
  proxy_password_file: gateway.key('proxyPasswordFile', filePath, {
    whenUnset: 'what proxy has, as USER:PASSWORD@',
    doc: "The file that holds the proxy's password; its mode is 0600.",
    example: '/etc/pearlctl/proxy-password',
  }),
};

export const poolKeys = {
  url: gateway.list('urls', poolUrl, {
    derived: 'must be set for kind = pool, or a section [pool.NAME]',
    doc: 'A pool: stratum+tcp://HOST:PORT, or stratum+ssl://HOST:PORT with ?pin=sha256/… for a certificate that no authority signed. The first is preferred; the others stand in for it.',
    example: 'stratum+ssl://pool.example.com:3333',
  }),
  use: gateway.key('use', poolNames, {
    whenUnset: 'all [pool.NAME] sections as they stand',
    doc: 'Which [pool.NAME] sections are used, the preferred one first; empty, none of them. Pools of url[] come before them.',
    example: 'first, second',
  }),
  ...poolLogin,
  max_in_flight: gateway.key('maxInFlight', wholeNumber(1, 1000), {
    default: '4',
    doc: 'How many shares may be sent and not yet answered.',
    example: '8',
  }),
  max_submits_per_minute: gateway.key('maxSubmitsPerMinute', wholeNumber(1, 1_000_000), {
    whenUnset: 'no limit',
    doc: 'How many shares are sent in a minute at most, for a pool that asks for it. The rest wait while their job lives.',
    example: '60',
  }),
  max_invalid_in_a_row: gateway.key('maxInvalidInARow', wholeNumber(1, 1000), {
    default: '5',
    doc: 'After so many shares in a row that a pool calls wrong, the next pool is tried.',
    example: '10',
  }),
  max_rejected_percent: gateway.key('maxRejectedPercent', wholeNumber(1, 100), {
    default: '50',
    doc: 'The next pool is tried once this share of the last 20 was rejected.',
    example: '30',
  }),
  max_stale_percent: gateway.key('maxStalePercent', wholeNumber(1, 100), {
    default: '30',
    doc: 'The next pool is tried once this share of the last 100 was stale.',
    example: '20',
  }),
  new_job_timeout: gateway.key('newJobTimeoutMs', duration('1m', '24h'), {
    default: '10m',
    doc: 'A pool that sends no new job for so long is left, also while it answers.',
    example: '30m',
  }),
};

/** The keys of one pool; what is not set here is as in [pool]. */
export const namedPoolKeys = {
  url: gateway.key('url', poolUrl, {
    derived: 'must be set',
    doc: 'The pool: an address as in [pool] url[].',
    example: 'stratum+ssl://pool.example.com:3333',
  }),
  ...poolLogin,
};
