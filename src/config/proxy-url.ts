// The address of a proxy on the way to a pool: socks5h://host:port (the proxy looks names up), socks5://host:port (this
// machine does) or http://host:port (CONNECT), with the user, and perhaps the password, before an @.
import { orNull } from '../base/errors.ts';
import { readHost } from './pool-url.ts';

const DEFAULT_PORTS = { socks5h: 1080, socks5: 1080, http: 8080 } as const;
type ProxyKind = keyof typeof DEFAULT_PORTS;

export interface ProxyUrl {
  /** The address without user and password, for sentences and status. */
  name: string;
  kind: ProxyKind;
  /** A host name or an IP address, the latter without brackets. */
  host: string;
  port: number;
  user: string | null;
  /** Null where the address has none: there may be one elsewhere. */
  password: string | null;
}

const FORM = /^([a-z0-9+]+):\/\/(?:(.*)@)?(\[[^\]]*\]|[^:/?#[\]@]*)(?::(\d{1,5}))?\/?$/i;
/** RFC 1929 counts the bytes of both in one byte each. */
const LONGEST = 255;

/** Reads a proxy's address; for one that cannot be used, a sentence fragment that says why and shows nothing of it. */
export function readProxyUrl(address: string): ProxyUrl | string {
  const [, scheme = '', login, hostText = '', portText] = FORM.exec(address) ?? [];
  const kind = (Object.keys(DEFAULT_PORTS) as ProxyKind[]).find((one) => one === scheme.toLowerCase());
  if (kind === undefined) return 'must look like socks5h://HOST:PORT, socks5://HOST:PORT or http://HOST:PORT';
  const host = readHost(hostText);
  if (host === null) return 'has no valid host name';
  const port = portText === undefined ? DEFAULT_PORTS[kind] : Number(portText);
  if (port < 1 || port > 65535) return 'needs a port from 1 to 65535';
  const name = `${kind}://${hostText.toLowerCase()}:${port}`;
  if (login === undefined) return { name, kind, host, port, user: null, password: null };
  const [user, password] = [/^[^:]*/.exec(login)?.[0] ?? '', /:(.*)$/.exec(login)?.[1]].map(decoded);
  if (!isLoginPart(user)) return 'has a user that cannot be read: write what is no letter or digit as %XX';
  if (password !== undefined && !isLoginPart(password)) {
    return 'has a password that cannot be read: write what is no letter or digit as %XX, or use proxy_password_file';
  }
  return { name, kind, host, port, user, password: password ?? null };
}

/** The address with its password left out: what may be shown. */
export function shownProxy(address: string): string {
  return address.replace(/\/\/.*@/, '//(hidden)@');
}

function decoded(text: string | undefined): string | null | undefined {
  return text === undefined ? undefined : orNull(() => decodeURIComponent(text));
}

function isLoginPart(text: string | null | undefined): text is string {
  return typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= LONGEST && !/\p{Cc}/u.test(text);
}
