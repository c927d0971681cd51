// What people paste for an address that is more than an address: a payment link, or a login of a pool with a worker, a
// difficulty or a second coin in it. Pure: each is told for what it is, with the key that takes the rest.

export interface WalletParts {
  /** A sentence: what it is. */
  readonly message: string;
  /** An imperative: where each part goes. */
  readonly hint: string;
}

const ADDRESS = '[a-z]{2,8}1[a-z0-9]{20,87}';
const form = (source: string) => new RegExp(`^${source}$`, 'i');

const LINK = form(`(pearl|prl):(?:\\/\\/)?(${ADDRESS})(?:\\?.*)?`);
const PREFIXED = form(`([a-z0-9]{2,10}):(${ADDRESS}.*)`);
const WORKER = form(`(${ADDRESS})[./]([^\\s]{1,64})`);
const DIFFICULTY = form(`(${ADDRESS})[+]([0-9.]{1,20})`);
const SECOND = form(`(${ADDRESS})[+](${ADDRESS}.*)`);

/** Null for a text that is at most an address. */
export function walletParts(text: string): WalletParts | null {
  const [, , linked] = LINK.exec(text) ?? [];
  if (linked !== undefined) {
    return {
      message: 'The wallet address is a payment link, which holds more than the address.',
      hint: `Give the address alone: ${linked}.`,
    };
  }
  const [, prefix] = PREFIXED.exec(text) ?? [];
  if (prefix !== undefined) {
    return {
      message: `The wallet address begins with ${prefix}:, which belongs to a pool's login.`,
      hint: `Set [miner] wallet to the address alone, and [pool] login = ${text}.`,
    };
  }
  const [, second] = SECOND.exec(text) ?? [];
  if (second !== undefined) {
    return {
      message: 'The wallet address has a second address behind it, which belongs to a pool’s login.',
      hint: `Set [miner] wallet = ${second}, and [pool] login to both of them.`,
    };
  }
  const [, base, difficulty] = DIFFICULTY.exec(text) ?? [];
  if (base !== undefined) {
    return {
      message: `The wallet address has a difficulty behind it (${difficulty}).`,
      hint: `Set [miner] wallet = ${base}, and [pool] pass = d=${difficulty} where the pool takes it there.`,
    };
  }
  const [, address, worker] = WORKER.exec(text) ?? [];
  if (address === undefined) return null;
  return {
    message: `The wallet address has the name of a worker behind it (${worker}).`,
    hint: `Set [miner] wallet = ${address} and [miner] worker = ${worker}.`,
  };
}
