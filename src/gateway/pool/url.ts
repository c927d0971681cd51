// Addresses of pools: `stratum+ssl://host:port?pin=sha256/…`. Parsed and checked once, shown without anything secret.
import { PearlError } from '../../errors.ts';

/** Where a pool is, and how its certificate is judged. */
export interface PoolUrl {
  readonly tls: boolean;
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the certificate's public key (SPKI), 32 bytes; it then replaces the chain of trust. */
  readonly pin: Buffer | null;
  /** True when the user said in so many words that the certificate need not be checked. */
  readonly insecure: boolean;
}

const SCHEMES = new Map([
  ['stratum+tcp:', false],
  ['stratum+ssl:', true],
  ['stratum+tls:', true],
]);

const EXAMPLE = 'Write stratum+ssl://HOST:PORT, or stratum+tcp://HOST:PORT for a port without TLS.';

function invalid(text: string, why: string, hint = EXAMPLE): PearlError {
  return new PearlError('CONFIG_INVALID', `The pool address "${text}" ${why}.`, { hint });
}

/** The query's pairs. A `+` stays a `+`: pins are base64, and nobody writes %2B. */
function queryPairs(text: string, query: string): [string, string][] {
  return query
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      try {
        return [name, decodeURIComponent(value.join('='))];
      } catch {
        throw invalid(text, 'has a broken percent sign in its options');
      }
    });
}

function parsePin(text: string, value: string): Buffer {
  const digest = /^sha256\/([A-Za-z0-9+/]{43}=?)$/.exec(value)?.[1];
  if (digest === undefined) {
    throw invalid(
      text,
      'has a pin that is not sha256/ and 44 base64 characters',
      'pearlctl doctor shows the right pin.',
    );
  }
  return Buffer.from(digest, 'base64');
}

/**
 * Parses one entry of `[pool] url[]` (protocol section 10).
 *
 * @throws PearlError CONFIG_INVALID that says what is wrong with it.
 */
export function parsePoolUrl(text: string): PoolUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(text, 'is not a URL');
  }
  const tls = SCHEMES.get(url.protocol);
  if (tls === undefined) throw invalid(text, `starts with "${url.protocol}//", which no pool speaks`);
  if (url.username !== '' || url.password !== '') {
    // The text itself is not repeated: it holds what the user may think of as a secret.
    throw new PearlError('CONFIG_INVALID', `The address of the pool at ${url.host} carries a user name.`, {
      hint: 'Put it into [pool] user, and the password into password_env or password_file.',
    });
  }
  if (url.hostname === '') throw invalid(text, 'has no host');
  if (url.port === '' || url.port === '0') throw invalid(text, 'has no port');
  if (url.pathname !== '' && url.pathname !== '/') throw invalid(text, `has a path, "${url.pathname}"`);

  let pin: Buffer | null = null;
  let insecure = false;
  for (const [name, value] of queryPairs(text, url.search)) {
    if (name === 'pin') pin = parsePin(text, value);
    else if (name === 'insecure' && (value === '1' || value === '0')) insecure = value === '1';
    else throw invalid(text, `has an unknown option "${name}=${value}"`, 'Known are pin=sha256/… and insecure=1.');
  }
  if (!tls && (pin !== null || insecure)) throw invalid(text, 'asks for certificate checks without TLS');
  if (pin !== null && insecure) throw invalid(text, 'has a pin and insecure=1 at once', 'Leave insecure=1 out.');
  return { tls, host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port), pin, insecure };
}

/** The address as status, logs and errors show it. */
export function poolUrlText(url: PoolUrl): string {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  return `${url.tls ? 'stratum+ssl' : 'stratum+tcp'}://${host}:${url.port}`;
}
