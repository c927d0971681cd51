// What the rules between keys have in common: they see which keys are set, and refuse by key.
import { PearlError } from '../base/errors.ts';
import type { Network } from '../protocol/networks.ts';
import { checkWallet } from '../protocol/wallet.ts';
import { keyTitle } from './keys.ts';

export interface Check {
  /** Whether the file sets the key, given as `section.key`. */
  isSet(key: string): boolean;
  refuse(
    key: string,
    sentence: string,
    hint: string,
    code?: 'CONFIG_INVALID' | 'WALLET_INVALID' | 'SHAPE_INVALID',
  ): void;
  /** A path with `~/` replaced. */
  path(key: string, value: string | null): string | null;
}

export function expandHome(check: Check, key: string, value: string | null, home: string | null): string | null {
  if (value === null || !value.startsWith('~/')) return value;
  if (home === null)
    check.refuse(key, `${titleOf(key)} begins with ~, and there is no home folder here.`, 'Write the whole path.');
  return `${home ?? '~'}${value.slice(1)}`;
}

export function titleOf(path: string): string {
  const dot = path.lastIndexOf('.');
  return keyTitle(path.slice(0, Math.max(dot, 0)), path.slice(dot + 1));
}

export function checkAddress(check: Check, key: string, address: string, network: Network): void {
  try {
    checkWallet(address, network);
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    check.refuse(key, `${titleOf(key)}: ${error.message}`, error.hint ?? '', 'WALLET_INVALID');
  }
}
