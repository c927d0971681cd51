// Whose the entries of a ledger are: the network and the wallet that they were mined for. Pure.
import type { Config } from '../../config/configuration.ts';
import { shortWallet } from '../../protocol/wallet.ts';
import type { LedgerEntry } from './entry.ts';

export interface LedgerOwner {
  readonly network: string;
  /** As people recognise it: `prl1p…last6`; the login where that stands for the wallet. */
  readonly wallet: string;
}

/** The present one, by the configuration. */
export function ownerOf({ network, miner, pool }: Config): LedgerOwner {
  return { network, wallet: shortWallet(miner.wallet === '' ? (pool.login ?? '') : miner.wallet).slice(0, 100) };
}

/**
 * True for an entry of this owner. One of an early version names none and counts as another's: what a wallet was not paid must
 * not be shown as its own.
 */
export function belongsTo(owner: LedgerOwner, { origin }: Pick<LedgerEntry, 'origin'>): boolean {
  return origin?.network === owner.network && origin.wallet === owner.wallet;
}
