// What the rules between keys have in common: they see which keys are set, and refuse by key.
import { PearlError } from '../base/errors.ts';
import type { Network } from '../protocol/networks.ts';
import { checkWallet } from '../protocol/wallet.ts';
import { titleOf } from './key-names.ts';

export interface RuleCheck {
  /** Whether the file sets the key, given as `section.key`. */
  isSet(key: string): boolean;
  refuse(
    key: string,
    sentence: string,
    hint: string,
    code?: 'CONFIG_INVALID' | 'WALLET_INVALID' | 'SHAPE_INVALID',
  ): void;
  /** The same for a key `name` of a section, about which all of the sentence is: it begins with the section. */
  refuseIn(section: string, name: string, words: string, hint: string): void;
}

/** Refuses an address that cannot be paid on the network. */
export function checkAddress(check: RuleCheck, key: string, address: string, network: Network): void {
  try {
    checkWallet(address, network);
  } catch (error) {
    if (!(error instanceof PearlError)) throw error;
    check.refuse(key, `${titleOf(key)}: ${error.message}`, error.hint ?? '', 'WALLET_INVALID');
  }
}
