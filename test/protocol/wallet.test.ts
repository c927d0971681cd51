// Every way an address can be wrong, each told apart from the others.
import { bech32, bech32m } from '@scure/base';
import fc from 'fast-check';
import t from 'tap';
import { PearlError } from '../../src/base/errors.ts';
import { NETWORKS, networkFacts } from '../../src/protocol/networks.ts';
import { checkWallet, programOnCurve, shortWallet, walletFromProgram } from '../../src/protocol/wallet.ts';

const program = new Uint8Array(32).fill(7);
const mainnet = walletFromProgram(program, 'mainnet');
const words = bech32m.toWords(program);

function refusal(address: string, network: (typeof NETWORKS)[number] = 'mainnet'): PearlError {
  try {
    checkWallet(address, network);
  } catch (error) {
    if (error instanceof PearlError) return error;
    throw error;
  }
  throw new Error(`accepted: ${address}`);
}

t.test('an address of each network is accepted on that network, also in capitals', async (t) => {
  for (const network of NETWORKS) {
    const address = walletFromProgram(program, network);
    t.ok(address.startsWith(`${networkFacts(network).hrp}1p`));
    t.doesNotThrow(() => checkWallet(address, network));
    t.doesNotThrow(() => checkWallet(address.toUpperCase(), network));
  }
});

t.test('the published Taproot example of BIP-350 differs from ours in the prefix only', async (t) => {
  const published = 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0';
  const { words: publishedWords } = bech32m.decode(published);
  t.doesNotThrow(() => checkWallet(bech32m.encode('prl', publishedWords), 'mainnet'));
  t.match(refusal(published).message, /no prefix of Pearl/);
});

const wrong: [title: string, address: string, says: RegExp, hint?: RegExp][] = [
  ['empty', '', /empty/, /prl1p/],
  ['mixed case', mainnet.replace('prl', 'PRL'), /uppercase and lowercase/],
  ['a space', `${mainnet.slice(0, 20)} ${mainnet.slice(20)}`, /white space/],
  ['an invisible character', `${mainnet}\u200b`, /U\+200B/],
  ['the placeholder of a document', 'prl1p…', /"…"/],
  ['no prefix', mainnet.slice(4).replaceAll('1', ''), /no prefix/],
  ['too long', `${mainnet}${'q'.repeat(60)}`, /too long/],
  ['a character outside the alphabet', `${mainnet.slice(0, 10)}b${mainnet.slice(11)}`, /"b"/],
  ['nothing after the prefix', 'prl1', /too short/],
  ['a changed character', mainnet.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q')), /checksum/],
  ['cut off', mainnet.slice(0, -3), /checksum/],
  ['bech32 instead of bech32m', bech32.encode('prl', [1, ...words]), /needs bech32m/],
  ['witness version 0', bech32.encode('prl', [0, ...words]), /witness version 0/, /Taproot/],
  ['version 0 with a bech32m checksum', bech32m.encode('prl', [0, ...words]), /witness version 0/],
  ['witness version 2', bech32m.encode('prl', [2, ...words]), /witness version 2/],
  ['a program of 20 bytes', bech32m.encode('prl', [1, ...bech32m.toWords(program.subarray(12))]), /20 bytes/],
  ['a program of 33 bytes', bech32m.encode('prl', [1, ...bech32m.toWords(new Uint8Array(33))]), /33 bytes/],
  [
    'padding that is not zero',
    bech32m.encode('prl', [1, ...words.slice(0, -1), (words.at(-1) ?? 0) | 1]),
    /whole byte/,
  ],
  ['no version at all', bech32m.encode('prl', []), /too short/],
  ['another chain', bech32m.encode('bc', [1, ...words]), /no prefix of Pearl/],
  ['the testnet', walletFromProgram(program, 'testnet'), /for testnet or testnet2 .*network is mainnet/, /testnet/],
  ['the devnet', walletFromProgram(program, 'devnet'), /for simnet, regtest or devnet/],
];

for (const [title, address, says, hint] of wrong) {
  t.test(`an address that is wrong by "${title}" is refused with that reason`, async (t) => {
    const error = refusal(address);
    t.equal(error.code, 'WALLET_INVALID');
    t.equal(error.exitCode, 78);
    t.match(error.message, says);
    t.match(error.hint ?? '', hint ?? /./);
  });
}

t.test('each way of being wrong has a sentence of its own', async (t) => {
  const sentences = new Set(wrong.map(([, address]) => refusal(address).message.replaceAll(/"."|\d+|U\+\w+/g, '')));
  t.ok(sentences.size >= 14, `${sentences.size} sentences`);
});

t.test('no text makes the check throw anything but its own error', async () => {
  const textual = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^prl1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{0,90}$/),
    fc.array(fc.nat(31), { maxLength: 80 }).map((any) => bech32m.encode('prl', any, false)),
  );
  fc.assert(
    fc.property(textual, (address) => {
      try {
        checkWallet(address, 'mainnet');
      } catch (error) {
        return error instanceof PearlError && error.code === 'WALLET_INVALID' && error.hint !== undefined;
      }
      return true;
    }),
  );
});

t.test('one changed character never passes', async () => {
  const alphabet = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  fc.assert(
    fc.property(fc.integer({ min: 4, max: mainnet.length - 1 }), fc.nat(31), (at, letter) => {
      const changed = `${mainnet.slice(0, at)}${alphabet[letter]}${mainnet.slice(at + 1)}`;
      if (changed === mainnet) return true;
      return refusal(changed).code === 'WALLET_INVALID';
    }),
  );
});

t.test('the short form keeps the network, the version and the end', async (t) => {
  t.match(shortWallet(mainnet), /^prl1p….{6}$/);
  t.ok(mainnet.endsWith(shortWallet(mainnet).slice(-6)));
  t.equal(shortWallet(''), '');
  t.equal(shortWallet('solo'), 'solo');
});

t.test('only a program of 32 bytes becomes an address', async (t) => {
  t.throws(() => walletFromProgram(new Uint8Array(20), 'mainnet'), RangeError);
});

t.test('an address that cannot be spent from is refused where coins are worth money, and nowhere else', async (t) => {
  // From a public report of coins that were burned so.
  const burned = 'prl1pgq7fzwa9j28y5p4766seuep0370d3dcvrex7a4fdjg5vrjdgdewsvxv6jf';
  t.match(refusal(burned).message, /can never be spent/);
  const off = new Uint8Array(32).fill(3);
  t.match(refusal(walletFromProgram(off, 'mainnet')).message, /can never be spent/);
  t.doesNotThrow(() => checkWallet(walletFromProgram(off, 'regtest'), 'regtest'));
});

t.test('a program for an address of our own lies on the curve', async (t) => {
  const programs = [new Uint8Array(32).fill(3), new Uint8Array(32), program];
  t.same(
    programOnCurve(() => programs.shift() ?? program),
    program,
  );
});

t.test('what is more than an address is told for what it is, with the key that takes the rest', async (t) => {
  const cases: [string, RegExp, RegExp][] = [
    [`${mainnet}.rig1`, /name of a worker behind it \(rig1\)/, /worker = rig1/],
    [`${mainnet}/rig1`, /name of a worker behind it \(rig1\)/, /worker = rig1/],
    [`${mainnet}+100000`, /difficulty behind it \(100000\)/, /pass = d=100000/],
    [`solo:${mainnet}`, /begins with solo:/, /login = solo:prl1p/],
    [`pearl:${mainnet}?amount=1`, /payment link/, new RegExp(mainnet)],
    [`${mainnet}+mdl1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq.rig1`, /second address/, /login/],
  ];
  for (const [address, message, hint] of cases) {
    t.match(refusal(address).message, message, address);
    t.match(refusal(address).hint, hint, address);
  }
});
