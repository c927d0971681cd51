// Why no connection came about, in words that name each address that was tried. Pure.
import { BlockList, isIPv6 } from 'node:net';
import type { DialError, DialledAddress } from '../../../base/dial.ts';
import { failureOfCode } from './tls.ts';

/** Errors that mean that this machine has no way out: trying again costs the pool nothing. */
const OFFLINE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EAI_AGAIN', 'EAI_FAIL']);

/** Of local networks: RFC 1918, RFC 4193 and the link-local ones of RFC 3927 and RFC 4291. */
const LOCAL = new BlockList();
LOCAL.addSubnet('10.0.0.0', 8, 'ipv4');
LOCAL.addSubnet('172.16.0.0', 12, 'ipv4');
LOCAL.addSubnet('192.168.0.0', 16, 'ipv4');
LOCAL.addSubnet('169.254.0.0', 16, 'ipv4');
LOCAL.addSubnet('fc00::', 7, 'ipv6');
LOCAL.addSubnet('fe80::', 10, 'ipv6');

export interface DialFailure {
  readonly isOffline: boolean;
  readonly reason: string;
}

/** `attempts` is empty where the name was not found. */
export function dialFailure(error: DialError, platform: NodeJS.Platform = process.platform): DialFailure {
  const said = (address: string | undefined, code: string) => {
    const words = failureOfCode(code);
    // As reported of macOS 15 and later, which answers so for a program that may not use the local network.
    const hidden = platform === 'darwin' && code === 'EHOSTUNREACH' && address !== undefined && isLocal(address);
    return hidden ? `${words}; allow it in System Settings, Privacy & Security, Local Network` : words;
  };
  const codes = error.attempts.length === 0 ? [error.code] : error.attempts.map(({ code }) => code ?? error.code);
  return {
    isOffline: codes.every((code) => OFFLINE.has(code)),
    reason:
      error.attempts.length < 2
        ? `${said(error.attempts[0]?.address, error.code)}${named(error.attempts)}`
        : error.attempts.map(({ address, code }) => `${address}: ${said(address, code ?? error.code)}`).join('; '),
  };
}

function named(attempts: readonly DialledAddress[]): string {
  return attempts.map(({ address }) => ` (${address})`).join('');
}

function isLocal(address: string): boolean {
  return LOCAL.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
