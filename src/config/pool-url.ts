// The address of a pool: stratum+tcp://host:port, or stratum+ssl://host:port (tls is the same), with `?pin=sha256/…` for a
// pool whose certificate no authority signed, or `?insecure=1` (protocol section 10).
import { isIP } from 'node:net';
import { orNull } from '../base/errors.ts';

export interface PoolUrl {
  /** The address as people know it, without pin or other parameters; unique enough for log lines and status. */
  name: string;
  tls: boolean;
  /** A host name or an IP address, the latter without brackets. */
  host: string;
  port: number;
  /** SHA-256 of the server's public key (SPKI, DER) in 32 bytes, or null where the usual authorities are trusted. */
  pinSha256: Buffer | null;
  /** The server's certificate is not looked at. Only ever set by hand. */
  insecure: boolean;
}

const SCHEMES: Record<string, { tls: boolean }> = {
  'stratum+tcp': { tls: false },
  'stratum+ssl': { tls: true },
  'stratum+tls': { tls: true },
};

const FORM = /^([a-z+]+):\/\/(\[[^\]]*\]|[^:/?#[\]@]*):(\d{1,5})(\/?)(?:\?(.*))?$/i;

/** Reads a pool's address; for one that cannot be used, a sentence fragment that says why. */
export function readPoolUrl(address: string): PoolUrl | string {
  if (address.includes('@')) return 'has a user in it, which belongs in [pool] login or [miner] worker';
  const [, scheme = '', hostText = '', portText = '', , query] = FORM.exec(address) ?? [];
  const transport = Object.hasOwn(SCHEMES, scheme.toLowerCase()) ? SCHEMES[scheme.toLowerCase()] : undefined;
  if (transport === undefined) return 'must look like stratum+tcp://HOST:PORT or stratum+ssl://HOST:PORT';
  const host = readHost(hostText);
  if (host === null) return 'has no valid host name';
  const port = Number(portText);
  if (port < 1 || port > 65535) return 'needs a port from 1 to 65535';
  const parameters = readParameters(query);
  if (typeof parameters === 'string') return parameters;
  const { pinSha256, insecure } = parameters;
  if (!transport.tls && (insecure || pinSha256 !== null)) {
    return 'has a pin or insecure=1, which only stratum+ssl:// can use';
  }
  if (insecure && pinSha256 !== null) return 'has both a pin and insecure=1; keep the pin';
  const name = `${scheme.toLowerCase()}://${hostText.toLowerCase()}:${port}`;
  return { name, tls: transport.tls, host, port, pinSha256, insecure };
}

/** What people write for the schemes; TLS only where they say so. */
const SHORT_SCHEMES: Record<string, string> = {
  '': 'stratum+tcp',
  tcp: 'stratum+tcp',
  stratum: 'stratum+tcp',
  ssl: 'stratum+ssl',
  tls: 'stratum+ssl',
  stratums: 'stratum+ssl',
};

/** The address that was probably meant by one with another scheme, or without any; null where there is no good guess. */
export function completedPoolUrl(address: string): string | null {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/i.exec(address.trim()) ?? [];
  const known = Object.hasOwn(SHORT_SCHEMES, scheme.toLowerCase()) ? SHORT_SCHEMES[scheme.toLowerCase()] : undefined;
  const completed = `${known}://${rest}`;
  return known === undefined || typeof readPoolUrl(completed) === 'string' ? null : completed;
}

/** A host name, or an IP address without its brackets; null for anything else. */
export function readHost(text: string): string | null {
  if (text.startsWith('[')) {
    const inner = text.slice(1, -1);
    return isIP(inner) === 6 ? inner : null;
  }
  // A text of digits and dots is an IPv4 address or nothing: resolvers read 127.1 in surprising ways.
  if (/^[\d.]+$/.test(text)) return isIP(text) === 4 ? text : null;
  const labels = text.toLowerCase().replace(/\.$/, '').split('.');
  const legal = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
  return legal && text.length <= 253 ? labels.join('.') : null;
}

function readParameters(query: string | undefined): { pinSha256: Buffer | null; insecure: boolean } | string {
  const found: { pinSha256: Buffer | null; insecure: boolean } = { pinSha256: null, insecure: false };
  const seen = new Set<string>();
  for (const part of query === undefined || query === '' ? [] : query.split('&')) {
    const [name = '', ...rest] = part.split('=');
    const written = rest.join('=');
    // Percent escapes only: a `+` is a character of base64, not a space.
    const value = orNull(() => decodeURIComponent(written)) ?? written;
    if (seen.has(name)) return `has ${name} twice`;
    seen.add(name);
    if (name === 'pin') {
      const pin = readPin(value);
      if (pin === null) return 'has a pin that is not sha256/ and the 44 base64 characters of a SHA-256 digest';
      found.pinSha256 = pin;
    } else if (name === 'insecure') {
      if (value !== '1' && value !== '0') return 'has an insecure that is neither 1 nor 0';
      found.insecure = value === '1';
    } else {
      return 'has a parameter other than pin and insecure';
    }
  }
  return found;
}

function readPin(text: string): Buffer | null {
  const [, base64 = ''] = /^sha256\/([A-Za-z0-9+/]{43}=)$/.exec(text) ?? [];
  const digest = Buffer.from(base64, 'base64');
  return digest.length === 32 && digest.toString('base64') === base64 ? digest : null;
}
