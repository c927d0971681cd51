// The rows of the key table about pools.
import { key, list } from './key.ts';
import { completedPoolUrl, type PoolUrl, readPoolUrl } from './pool-url.ts';
import { filePath, text, type ValueKind, valueKind, variableName, wholeNumber } from './values.ts';

const poolUrl: ValueKind<PoolUrl, ''> = {
  ...valueKind('the address of a pool, such as stratum+ssl://pool.example.com:3333', (value) => {
    const url = readPoolUrl(value);
    return typeof url === 'string' ? undefined : url;
  }),
  why(value) {
    const url = readPoolUrl(value);
    return typeof url === 'string' ? url : null;
  },
  meant: completedPoolUrl,
};

/** How this machine logs in to a pool. */
const poolLogin = {
  pass: key('pass', text('at most 255 characters', { mayBeEmpty: true }), {
    default: 'x',
    effect: 'gateway',
    doc: 'The password sent to the pool. At some pools d=N fixes the difficulty.',
    example: 'd=1000000',
    secret: true,
  }),
  login: key('login', text('at most 255 characters'), {
    whenUnset: 'the wallet',
    effect: 'gateway',
    doc: 'Sent instead of the wallet, as it is and unchecked: for solo:… and account names.',
    example: 'solo:prl1p…',
  }),
  user: key('user', text('a Pearl address'), {
    whenUnset: 'the wallet',
    effect: 'gateway',
    doc: 'The address that the pool pays, where it is not [miner] wallet. It is checked in the same way.',
    example: 'prl1p…',
  }),
  password_env: key('passwordEnv', variableName, {
    whenUnset: 'pass',
    effect: 'gateway',
    doc: 'The environment variable that holds the password, instead of pass.',
    example: 'POOL_PASSWORD',
  }),
  password_file: key('passwordFile', filePath, {
    whenUnset: 'pass',
    effect: 'gateway',
    doc: 'The file that holds the password, instead of pass; its mode is 0600.',
    example: '/etc/pearlctl/pool-password',
  }),
};

export const poolKeys = {
  url: list('urls', poolUrl, {
    derived: 'must be set for kind = pool',
    effect: 'gateway',
    doc: 'A pool: stratum+tcp://HOST:PORT, or stratum+ssl://HOST:PORT with ?pin=sha256/… for a certificate that no authority signed. The first is preferred; the others stand in for it.',
    example: 'stratum+ssl://pool.example.com:3333',
  }),
  ...poolLogin,
  max_in_flight: key('maxInFlight', wholeNumber(1, 1000), {
    default: '4',
    effect: 'gateway',
    doc: 'How many shares may be sent and not yet answered.',
    example: '8',
  }),
  max_submits_per_minute: key('maxSubmitsPerMinute', wholeNumber(1, 1_000_000), {
    default: '30',
    effect: 'gateway',
    doc: 'How many shares are sent in a minute at most. The rest wait while their job lives.',
    example: '60',
  }),
};
