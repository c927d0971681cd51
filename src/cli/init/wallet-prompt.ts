// The question for the address that is paid, with the verdict on what has been typed so far below it: a mistyped address pays
// a stranger, or burns the coins, so it is checked while it is still in sight.
import { TextPrompt } from '@clack/core';
import { S_BAR, S_BAR_END, symbol } from '@clack/prompts';
import { PearlError } from '../../base/errors.ts';
import { type Network, networkFacts } from '../../protocol/networks.ts';
import { checkWallet } from '../../protocol/wallet.ts';

/** `partial`: nothing is wrong yet, but it is not all there. */
export interface WalletVerdict {
  readonly state: 'empty' | 'partial' | 'wrong' | 'valid';
  readonly text: string;
}

/** Pure: what can be said of an address while it is being typed. */
export function walletVerdict(typed: string, network: Network): WalletVerdict {
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

const MARKS = { empty: ' ', partial: '…', wrong: '✗', valid: '✓' } as const;

/** Asks; resolves to the address, or to clack's symbol for a person who gave up. */
export function promptWallet(network: Network): Promise<string | symbol | undefined> {
  const prompt = new TextPrompt({
    // What is not valid is not taken; the verdict below says why already.
    validate: (value = '') => {
      const verdict = walletVerdict(value, network);
      return verdict.state === 'valid' ? undefined : verdict.text;
    },
    render() {
      const title = `${S_BAR}\n${symbol(this.state)}  Which address is paid?`;
      if (this.state === 'submit' || this.state === 'cancel') return `${title}\n${S_BAR}  ${this.userInput}`;
      const { state, text } = walletVerdict(this.userInput, network);
      return `${title}\n${S_BAR}  ${this.userInputWithCursor}\n${S_BAR_END}  ${MARKS[state]} ${text}\n`;
    },
  });
  return prompt.prompt();
}
