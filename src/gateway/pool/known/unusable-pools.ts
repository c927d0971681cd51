// The pools of the Pearl chain that pearlctl cannot mine at, and why: a name that is asked for deserves an answer. As compiled
// on 30 November 2026.
import type { KnownPool } from './known-pool.ts';
import type { SourceName } from './sources.ts';

type Refusal = readonly [name: string, title: string, because: string, ...by: SourceName[]];

const NO_ADDRESS = 'no address of it for Pearl was found';
const CHALLENGE = 'it speaks the challenge dialect, which dictates the shape of the work';

const REFUSALS: readonly Refusal[] = [
  ['akoya', 'Akoya', 'it speaks gRPC and hands out one of the matrices itself', 'asc'],
  ['blackpearlpool', 'BlackPearlPool', CHALLENGE, 'arc'],
  ['c3pool', 'C3Pool', NO_ADDRESS, 'launchers'],
  ['gabcake', 'gabcake', 'it was only planned', 'launchers'],
  ['grandpool', 'grandpool.io', 'it lets in listed miners only, and pearlctl is not on the list', 'soat'],
  ['h9', 'h9', NO_ADDRESS, 'launchers'],
  ['hashmonkeys', 'Hashmonkeys', CHALLENGE, 'hashmonkeys'],
  ['himpool', 'himpool', 'only its ports are known (1480 to 1485), not its host', 'soat'],
  ['kriptokyng', 'kriptokyng', NO_ADDRESS, 'launchers'],
  ['meta2miner', 'meta2miner', NO_ADDRESS, 'launchers'],
  ['mining4people', 'Mining4People', NO_ADDRESS, 'launchers'],
  ['moneroocean', 'MoneroOcean', 'its port for Pearl is not known, nor whether it serves Pearl', 'ocean', 'moMiner'],
  ['nushypool', 'nushypool', NO_ADDRESS, 'launchers'],
  ['1miner', '1miner', NO_ADDRESS, 'launchers'],
  ['oysterpool', 'OysterPool', 'it speaks a challenge dialect over WebSocket and dictates the shape', 'survey'],
  [
    'pearlfortune',
    'PearlFortune',
    'it closes the connection on our login; only its own miner is known to work',
    'soat',
  ],
  ['pearlhash', 'pearlhash.xyz', 'it speaks a protocol of its own and closes on JSON logins', 'soat'],
  [
    'pearlpool-cloud',
    'pearlpool.cloud',
    'it speaks a login like CryptoNote’s and wants a shape that is invalid since August',
    'moMiner',
  ],
  ['pearlvolt', 'pearlvolt.run', 'its jobs have headers of 80 bytes, and Pearl’s have 76', 'soat'],
  ['prlforge', 'prlforge', 'its jobs ask for certificate version 2, which the network no longer takes', 'soat'],
  ['pullsignal', 'pullsignal.co', 'it takes the login and sends no job', 'soat'],
  ['rplant', 'rplant', NO_ADDRESS, 'launchers'],
  ['tw-pool', 'TW-Pool', 'its protocol is not public', 'soat'],
  ['woolypooly', 'WoolyPooly', NO_ADDRESS, 'launchers'],
];

export const UNUSABLE_POOLS: readonly KnownPool[] = REFUSALS.map(([name, title, because, ...by]) => ({
  name,
  title,
  usability: { is: { kind: 'no', because }, by },
  servers: { is: [], by },
  login: { is: { kind: 'address', words: 'unknown' }, by },
  difficulty: { is: 'unknown', by },
  fee: { is: { percent: null, words: 'unknown' }, by },
  payout: { is: { minimumPrl: null, words: 'unknown' }, by },
}));
