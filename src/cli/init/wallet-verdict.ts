// What can be said of an address while it is typed: a mistyped one pays a stranger, or burns the coins, so it is judged while
// it is still in sight. Pure.
import { PearlError } from '../../base/errors.ts';
import { type Network, networkFacts } from '../../protocol/networks.ts';
import { checkWallet } from '../../protocol/wallet.ts';
import type { TextVerdict } from './person.ts';

export function walletVerdict(typed: string, network: Network): TextVerdict {
  const address = typed.trim();
  const { hrp } = networkFacts(network);
  // The prefix, the separating 1, the version, 52 characters for 32 bytes, 6 of checksum (protocol section 1).
  const length = hrp.length + 60;
  if (address === '') return { state: 'empty', text: `an address of ${network}: ${hrp}1p…, ${length} characters` };
  const start = `${hrp}1p`;
  const typical = address.toLowerCase().startsWith(start) || start.startsWith(address.toLowerCase());
  if (typical && address.length < length)
    return { state: 'partial', text: `${length - address.length} more characters` };
  try {
    checkWallet(address, network);
    return { state: 'valid', text: `valid on ${network}` };
  } catch (error) {
    if (error instanceof PearlError) return { state: 'wrong', text: error.message };
    throw error;
  }
}
