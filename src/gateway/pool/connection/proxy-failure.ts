// Why a proxy did not let us through, in words that say whether the proxy or the pool is at fault. Pure.
import type { ProxyUrl } from '../../../config/proxy-url.ts';

export type ProxyFault =
  /** It wants a user, or the one that it has is wrong. */
  | { readonly kind: 'login' }
  | { readonly kind: 'forbidden'; readonly detail: string | null }
  /** It tried, and the pool was not there. */
  | { readonly kind: 'no-pool'; readonly detail: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'hung-up' }
  /** It answered something that is no answer of such a proxy. */
  | { readonly kind: 'nonsense'; readonly detail: string };

/** The replies of RFC 1928, section 6, by the names that the package socks has for them. */
const SOCKS_REPLIES = new Map<string, ProxyFault>([
  ['Failure', { kind: 'no-pool', detail: 'general failure' }],
  ['NotAllowed', { kind: 'forbidden', detail: null }],
  ['NetworkUnreachable', { kind: 'no-pool', detail: 'the network cannot be reached' }],
  ['HostUnreachable', { kind: 'no-pool', detail: 'the host cannot be reached' }],
  ['ConnectionRefused', { kind: 'no-pool', detail: 'the connection was refused' }],
  ['TTLExpired', { kind: 'no-pool', detail: 'the connection timed out' }],
  ['CommandNotSupported', { kind: 'nonsense', detail: 'it does not connect to others' }],
  ['AddressNotSupported', { kind: 'no-pool', detail: 'it takes no such address' }],
]);

/** @param message of a SocksClientError: the package tells failures apart by their text alone. */
export function socksFault(message: string): ProxyFault {
  const reply = /rejected connection - (\w+)/i.exec(message)?.[1];
  if (reply !== undefined) return SOCKS_REPLIES.get(reply) ?? { kind: 'no-pool', detail: `reply ${reply}` };
  if (/authentication failed|no accepted authentication/i.test(message)) return { kind: 'login' };
  if (/socket closed|ECONNRESET|EPIPE/i.test(message)) return { kind: 'hung-up' };
  return { kind: 'nonsense', detail: message.slice(0, 100) };
}

/** @param status of the answer to CONNECT, none of 200 to 299 (RFC 9110, sections 9.3.6 and 15). */
export function connectFault(status: number): ProxyFault {
  if (status === 407 || status === 401) return { kind: 'login' };
  if (status === 502 || status === 503 || status === 504) return { kind: 'no-pool', detail: `HTTP ${status}` };
  if (status >= 400 && status < 500) return { kind: 'forbidden', detail: `HTTP ${status}` };
  return { kind: 'nonsense', detail: `HTTP ${status}` };
}

export function proxyFailure({ name, kind, user }: ProxyUrl, fault: ProxyFault): string {
  switch (fault.kind) {
    case 'login':
      return user === null
        ? `the proxy ${name} wants a user and a password`
        : `the proxy ${name} refuses the user or the password`;
    case 'forbidden':
      return `the proxy ${name} does not let us connect to the pool${inBrackets(fault.detail)}`;
    case 'no-pool':
      return `the proxy ${name} cannot reach the pool${inBrackets(fault.detail)}`;
    case 'silent':
      return `the proxy ${name} did not connect us to the pool in time`;
    case 'hung-up':
      return `the proxy ${name} closed the connection`;
    case 'nonsense':
      return `what answers at ${name} is no ${kind === 'http' ? 'HTTP' : 'SOCKS5'} proxy that pearlctl can use${inBrackets(fault.detail)}`;
  }
}

function inBrackets(detail: string | null): string {
  return detail === null ? '' : ` (${detail})`;
}
