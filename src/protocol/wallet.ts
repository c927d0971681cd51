// Payout addresses: bech32m, witness version 1, a program of 32 bytes, the network's prefix (protocol section 1).
// Every way an address can be wrong has its own sentence, since a mistyped address pays a stranger, or burns the coins.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bech32, bech32m } from '@scure/base';
import { orNull, PearlError } from '../base/errors.ts';
import { type Network, networkFacts, networksWithPrefix } from './networks.ts';
import { walletParts } from './wallet-parts.ts';

/** The 32 characters of the data part (BIP-173). */
const CHARSET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** BIP-173: an address has at most 90 characters. */
const MAX_LENGTH = 90;
/** The checksum's length in characters (BIP-173). */
const CHECKSUM_LENGTH = 6;
/** A Taproot program is an x-only public key (BIP-341). */
const PROGRAM_BYTES = 32;

function invalid(message: string, hint: string): PearlError {
  return new PearlError('WALLET_INVALID', message, { hint });
}

function example(network: Network): string {
  return `an address of ${network} begins with ${networkFacts(network).hrp}1p and has ${networkFacts(network).hrp.length + 60} characters`;
}

/**
 * Checks that `address` can be paid on `network`.
 *
 * @throws PearlError WALLET_INVALID, whose message says in which way the address is wrong.
 */
export function checkWallet(address: string, network: Network): void {
  const copyAgain = 'Copy the address again from your wallet, whole.';
  if (address === '') throw invalid('The wallet address is empty.', `Set [miner] wallet: ${example(network)}.`);
  const parts = walletParts(address);
  if (parts !== null) throw invalid(parts.message, parts.hint);
  const odd = [...address].find((character) => !/[!-~]/.test(character));
  if (odd !== undefined) {
    throw invalid(`The wallet address contains ${describeCharacter(odd)}, which no address has.`, copyAgain);
  }
  const lower = address.toLowerCase();
  if (lower !== address && address.toUpperCase() !== address) {
    throw invalid('The wallet address mixes uppercase and lowercase letters.', copyAgain);
  }
  const separator = lower.lastIndexOf('1');
  if (separator < 1) {
    throw invalid('The wallet address has no prefix.', `${copyAgain} (${sentence(example(network))})`);
  }
  if (lower.length > MAX_LENGTH) {
    throw invalid(`The wallet address is too long: ${lower.length} characters.`, copyAgain);
  }
  checkPrefix(lower.slice(0, separator), network);
  const data = lower.slice(separator + 1);
  const bad = [...data].find((character) => !CHARSET.includes(character));
  if (bad !== undefined) {
    throw invalid(`The wallet address contains ${describeCharacter(bad)}, which no address has.`, copyAgain);
  }
  if (data.length <= CHECKSUM_LENGTH) throw invalid('The wallet address is too short.', copyAgain);
  const words = checkChecksum(lower, network, copyAgain);
  checkProgram(words, network, copyAgain);
}

function checkPrefix(hrp: string, network: Network): void {
  const expected = networkFacts(network).hrp;
  if (hrp === expected) return;
  const others = networksWithPrefix(hrp);
  if (others.length === 0) {
    throw invalid(
      `The wallet address begins with ${hrp}1, which is no prefix of Pearl.`,
      `Give a Pearl address: ${example(network)}.`,
    );
  }
  throw invalid(
    `The wallet address is for ${listOf(others)} (prefix ${hrp}), but the network is ${network} (prefix ${expected}).`,
    `Set network = ${others[0]}, or give an address of ${network}.`,
  );
}

/** The data part's 5-bit words, after a check of the checksum that tells its two kinds apart. */
function checkChecksum(address: string, network: Network, copyAgain: string): number[] {
  const decoded = bech32m.decodeUnsafe(address, MAX_LENGTH);
  if (decoded) return decoded.words;
  const old = bech32.decodeUnsafe(address, MAX_LENGTH);
  if (!old) throw invalid('The checksum of the wallet address is wrong: it was mistyped or cut off.', copyAgain);
  if (old.words[0] === 0) {
    throw invalid(
      `The wallet address is a witness version 0 address (${networkFacts(network).hrp}1q…), and Pearl pays Taproot addresses only.`,
      `Ask your wallet for a Taproot address: ${example(network)}.`,
    );
  }
  throw invalid(
    'The wallet address has a bech32 checksum, and a Taproot address needs bech32m.',
    'The program that made this address is too old: ask your wallet for a Taproot address.',
  );
}

function checkProgram(words: number[], network: Network, copyAgain: string): void {
  const [version, ...programWords] = words;
  if (version !== 1) {
    throw invalid(
      `The wallet address has witness version ${version ?? 'none'}, and Pearl pays version 1 only.`,
      `Ask your wallet for a Taproot address: ${example(network)}.`,
    );
  }
  const program = bech32m.fromWordsUnsafe(programWords);
  if (!program) throw invalid('The wallet address does not end on a whole byte.', copyAgain);
  if (program.length !== PROGRAM_BYTES) {
    throw invalid(
      `The wallet address holds ${program.length} bytes, and a Taproot address holds ${PROGRAM_BYTES}.`,
      copyAgain,
    );
  }
  if (networkFacts(network).hasValue && !isOnCurve(program)) {
    throw invalid(
      'The wallet address holds no public key: what is paid to it can never be spent.',
      'Ask your wallet for a new address, and send nothing to this one.',
    );
  }
}

/** Whether these 32 bytes are the x coordinate of a point on secp256k1, as a Taproot output key must be (BIP-341). */
function isOnCurve(program: Uint8Array): boolean {
  return orNull(() => secp256k1.Point.fromHex(`02${Buffer.from(program).toString('hex')}`)) !== null;
}

/** A program that could belong to a key, made from what `random` gives: for the devnet's own addresses. */
export function programOnCurve(random: () => Uint8Array): Uint8Array {
  for (;;) {
    const program = random();
    if (isOnCurve(program)) return program;
  }
}

/**
 * The address of a 32-byte witness program on `network`.
 *
 * @throws RangeError for a program of another length, which is a defect of the caller.
 */
export function walletFromProgram(program: Uint8Array, network: Network): string {
  if (program.length !== PROGRAM_BYTES) throw new RangeError(`a program has ${PROGRAM_BYTES} bytes`);
  return bech32m.encode(networkFacts(network).hrp, [1, ...bech32m.toWords(program)], MAX_LENGTH);
}

/** The address as people recognise it, for lines that others may see: `rprl1p…last6`. */
export function shortWallet(address: string): string {
  const separator = address.lastIndexOf('1');
  const head = address.slice(0, separator + 2);
  return separator < 1 || address.length <= head.length + 6 ? address : `${head}…${address.slice(-6)}`;
}

function describeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (/\s/u.test(character)) return 'white space';
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character);
  return visible
    ? `the character "${character}"`
    : `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function listOf(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
