// Why no connection came about, in words that name each address that was tried. Pure.
import type { DialError, DialledAddress } from '../../../base/dial.ts';
import { socketFailure } from './tls.ts';

/** Errors that mean that this machine has no way out: trying again costs the pool nothing. */
const OFFLINE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EAI_AGAIN', 'EAI_FAIL']);

export interface DialFailure {
  readonly isOffline: boolean;
  readonly reason: string;
}

/** `attempts` is empty where the name was not found. */
export function dialFailure(error: DialError): DialFailure {
  const codes = error.attempts.length === 0 ? [error.code] : error.attempts.map(({ code }) => code ?? error.code);
  return {
    isOffline: codes.every((code) => OFFLINE.has(code)),
    reason:
      error.attempts.length < 2
        ? `${socketFailure(error)}${named(error.attempts)}`
        : error.attempts
            .map(({ address, code }) => `${address}: ${socketFailure({ code: code ?? error.code })}`)
            .join('; '),
  };
}

function named(attempts: readonly DialledAddress[]): string {
  return attempts.map(({ address }) => ` (${address})`).join('');
}
