// The pools that speak our dialect, or probably do. As compiled on 30 November 2026; work per share is D · 2^32
// multiply-accumulates, where D is the difficulty against 0xFFFF · 2^208 (protocol section 10).
import { type KnownPool, type SourcedFact, serversOf } from './known-pool.ts';
import type { SourceName } from './sources.ts';

const fact = <T>(is: T, ...by: readonly SourceName[]): SourcedFact<T> => ({ is, by });
const BY_ADDRESS = { kind: 'address', words: 'the wallet; the worker apart' } as const;
const UNKNOWN_FEE = { percent: null, words: 'unknown' };
const UNKNOWN_PAYOUT = { minimumPrl: null, words: 'unknown' };
const NO_VERSION =
  'its jobs name no certificate version; they are taken for version 3, and no share of it has been seen';

/** LuckyPool signs its certificate itself, until February 2036. */
const LUCKYPOOL_PIN = 'sha256/d0ehDQxaU5IUv4UHWXItQKqdJ8anqZclQXcoIjwF/mk=';

const regions = (names: string, hosts: string) =>
  Object.fromEntries(names.split(' ').map((name) => [name, hosts.replace('*', name)]));

export const USABLE_POOLS: readonly KnownPool[] = [
  {
    name: '2miners',
    title: '2Miners',
    usability: fact({ kind: 'unconfirmed', why: NO_VERSION }, 'soat'),
    servers: fact(
      [
        ...serversOf({ eu: 'prl.2miners.com', us: 'us-prl.2miners.com', asia: 'asia-prl.2miners.com' }, [
          { port: 1818 },
        ]),
        ...serversOf({ solo: 'solo-prl.2miners.com' }, [{ port: 1919, solo: true }]),
      ],
      'soat',
      'launchers',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('unknown', 'soat'),
    fee: fact({ percent: null, words: 'unknown, PPLNS' }, 'survey'),
    payout: fact({ minimumPrl: 1, words: '1 PRL' }, 'survey'),
  },
  {
    name: 'alphapool',
    title: 'AlphaPool',
    usability: fact({ kind: 'yes' }, 'soat', 'arc'),
    servers: fact(
      serversOf(regions('us1 us2 eu1 ru1 sg1', '*.alphapool.tech'), [
        { port: 5571, difficulty: 'vardiff', shareMacs: 2.1e14 },
      ]),
      'soat',
      'arc',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('50000 at first, then vardiff; x;d=N in pass fixes it', 'soat', 'arc'),
    fee: fact({ percent: 1, words: '0 % by one source, 1 % by its API; PPLNS' }, 'soat', 'survey'),
    payout: fact({ minimumPrl: 1, words: '1 PRL' }, 'survey'),
  },
  {
    name: 'baikalmine',
    title: 'BaikalMine',
    usability: fact({ kind: 'yes' }, 'soat'),
    servers: fact(
      serversOf({ eu: 'pearl-eu.baikalmine.com', ru2: 'pearl-ru2.baikalmine.com' }, [
        { port: 2010, difficulty: 'fixed', shareMacs: 1.1e15 },
      ]),
      'soat',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('fixed at 262144', 'soat'),
    fee: fact({ percent: 0.5, words: '0.5 %, PPLNS' }, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'coin-miners',
    title: 'coin-miners.info',
    usability: fact({ kind: 'unconfirmed', why: NO_VERSION }, 'soat'),
    servers: fact(serversOf({ main: 'coin-miners.info' }, [{ port: 9337 }]), 'soat'),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('unknown', 'soat'),
    fee: fact(UNKNOWN_FEE, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'f2pool',
    title: 'F2Pool',
    usability: fact(
      {
        kind: 'unconfirmed',
        why: 'the forms of its login and jobs are not known; another miner with our forms mines there',
      },
      'peak',
    ),
    servers: fact(serversOf({ main: 'pearl.f2pool.com' }, [{ port: 5500 }]), 'peak'),
    login: fact({ kind: 'raw', words: 'the name of your account there, probably' }, 'peak'),
    difficulty: fact('unknown', 'peak'),
    fee: fact(UNKNOWN_FEE, 'peak'),
    payout: fact(UNKNOWN_PAYOUT, 'peak'),
    // It hangs up after about 20 s without a line from the client.
    keys: { keepalive: '15s' },
  },
  {
    name: 'herominers',
    title: 'HeroMiners',
    usability: fact({ kind: 'yes' }, 'soat', 'spm'),
    servers: fact(
      serversOf(regions('de fr es fi ru tr ca us us2 us3 mx br hk kr kz sg in au', '*.pearl.herominers.com'), [
        { port: 1200, tls: true, difficulty: 'fixed', shareMacs: 9.0e15 },
      ]),
      'spm',
      'survey',
    ),
    login: fact({ kind: 'address', words: 'the wallet; solo: before it mines alone' }, 'spm'),
    difficulty: fact('fixed at 2097152; nothing lowers it', 'soat'),
    fee: fact({ percent: 0, words: '0 %, PROP; above 2 % of stale shares it pays less' }, 'survey', 'spm'),
    payout: fact({ minimumPrl: 1, words: '1 PRL, hourly' }, 'survey'),
  },
  {
    name: 'jetskipool',
    title: 'JetSkiPool',
    usability: fact({ kind: 'yes' }, 'soat'),
    servers: fact(
      serversOf({ fr: 'pearlski.jetskipool.ai' }, [{ port: 6970, difficulty: 'fixed', shareMacs: 8.6e15 }]),
      'soat',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('fixed at 2000000', 'soat'),
    fee: fact({ percent: 1, words: '1 %, PROP' }, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'k1pool',
    title: 'K1Pool',
    usability: fact({ kind: 'yes' }, 'soat', 'asc'),
    servers: fact(
      [
        ...serversOf({ eu: 'eu.pearl.k1pool.com', us: 'us.pearl.k1pool.com', cn: 'cn.pearl.k1pool.com' }, [
          { port: 3360, difficulty: 'fixed', shareMacs: 8.4e15 },
        ]),
        ...serversOf(
          {
            'solo-us': 'us.pearlsolo.k1pool.com',
            'solo-eu': 'eu.pearlsolo.k1pool.com',
            'solo-ru': 'ru.pearlsolo.k1pool.org',
          },
          [{ port: 3362, difficulty: 'fixed', shareMacs: 5.6e15, solo: true }],
        ),
      ],
      'soat',
      'asc',
      'pmm',
    ),
    login: fact({ kind: 'address', words: 'the wallet, or the account Kr…; never as a list' }, 'asc', 'soat'),
    difficulty: fact('fixed at 1966080, alone at 1310720', 'soat'),
    fee: fact({ percent: 0, words: '0 %, PPLNS; 1 % alone' }, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'kryptex',
    title: 'Kryptex',
    usability: fact({ kind: 'yes' }, 'krx', 'spm'),
    servers: fact(
      serversOf({ main: 'prl.kryptex.network', ...regions('eu us br sg hk ru ae', 'prl-*.kryptex.network') }, [
        { port: 7048, difficulty: 'fixed', shareMacs: 9.0e15 },
        { port: 8048, tls: true, difficulty: 'fixed', shareMacs: 9.0e15 },
      ]),
      'krx',
      'spm',
      'soat',
    ),
    login: fact(
      { kind: 'address', words: 'the wallet or the account krx…, with the worker behind it' },
      'krx',
      'launchers',
    ),
    difficulty: fact('fixed at 2097152; d=N in pass takes 2^21 to 2^32', 'survey', 'spm'),
    fee: fact({ percent: 2, words: 'PPS+ 2 %, alone 1 %; another source: PROP 1 %' }, 'survey', 'spm', 'soat'),
    payout: fact({ minimumPrl: 1, words: '1 PRL, hourly' }, 'survey'),
  },
  {
    name: 'linkrra',
    title: 'linkrra.com',
    usability: fact({ kind: 'unconfirmed', why: NO_VERSION }, 'soat'),
    servers: fact(serversOf({ main: 'linkrra.com' }, [{ port: 5567 }]), 'soat'),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('unknown', 'soat'),
    fee: fact(UNKNOWN_FEE, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'luckypool',
    title: 'LuckyPool',
    usability: fact({ kind: 'yes' }, 'spm', 'pmm'),
    servers: fact(
      [
        ...serversOf(
          regions(
            'us-east us-west us-central us-ord ca1 ca2 br eu1 eu2 pl tr ru sg1 sg2 id hk in jp au',
            'pearl-*.luckypool.io',
          ),
          [
            { port: 3360, tls: true, difficulty: 'vardiff', shareMacs: 3.8e15 },
            { port: 3361, tls: true, difficulty: 'vardiff', shareMacs: 1.7e16 },
            { port: 3362, tls: true, difficulty: 'vardiff', shareMacs: 3.4e16 },
          ],
          LUCKYPOOL_PIN,
        ),
        // For processors, and not in its API; its conversation was not captured.
        ...serversOf(
          { 'cpu-eu1': 'pearl-cpu-eu1.luckypool.io' },
          [{ port: 3370, tls: true, difficulty: 'unknown', shareMacs: 1.1e14 }],
          LUCKYPOOL_PIN,
        ),
      ],
      'spm',
      'soat',
      'sixBlock',
    ),
    login: fact(BY_ADDRESS, 'spm', 'pmm'),
    difficulty: fact(
      'vardiff, a new worker from 888888; about 26000 at cpu-eu1, which was not captured',
      'soat',
      'spm',
    ),
    fee: fact({ percent: 1, words: '1 %, PROP' }, 'survey'),
    payout: fact({ minimumPrl: 1, words: '1 PRL (5 unless changed), every 2 h' }, 'survey'),
  },
  {
    name: 'mkpool',
    title: 'mkpool',
    usability: fact({ kind: 'yes' }, 'soat'),
    servers: fact(
      serversOf({ main: 'pearl.mkpool.com' }, [{ port: 3411, difficulty: 'fixed', shareMacs: 9.0e15, solo: true }]),
      'soat',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('fixed at 2097184', 'soat'),
    fee: fact({ percent: 2, words: '2 %, solo only: only blocks are paid' }, 'soat'),
    payout: fact({ minimumPrl: null, words: 'a block at a time' }, 'soat'),
  },
  {
    name: 'rabbitminer',
    title: 'RabbitMiner',
    usability: fact({ kind: 'yes' }, 'soat'),
    servers: fact(
      serversOf(regions('nl fi', '*.rabbitminer.cc'), [{ port: 1902, difficulty: 'vardiff', shareMacs: 1.0e15 }]),
      'soat',
    ),
    login: fact(BY_ADDRESS, 'soat'),
    difficulty: fact('vardiff from 232827; d=N in pass fixes it', 'soat'),
    fee: fact({ percent: 1, words: '1 %, PROP' }, 'soat'),
    payout: fact(UNKNOWN_PAYOUT, 'soat'),
  },
  {
    name: 'suprnova',
    title: 'Suprnova',
    usability: fact({ kind: 'yes' }, 'soat', 'suprnova'),
    servers: fact(
      serversOf({ eu: 'prl.suprnova.cc', us: 'us.prl.suprnova.cc', apac: 'apac.prl.suprnova.cc' }, [
        { port: 3370, difficulty: 'fixed', shareMacs: 5.2e9 },
        { port: 3371, difficulty: 'fixed', shareMacs: 2.1e12 },
        { port: 3372, difficulty: 'fixed', shareMacs: 8.4e12 },
        { port: 3373, difficulty: 'vardiff', shareMacs: 1.05e12 },
        { port: 3374, tls: true, difficulty: 'vardiff', shareMacs: null },
      ]),
      'soat',
      'suprnova',
    ),
    login: fact(BY_ADDRESS, 'suprnova'),
    difficulty: fact('by port; 3373 and 3374 vary it towards a share in 10 s', 'suprnova', 'soat'),
    fee: fact({ percent: 0, words: '0 % (promotion), PPLNS' }, 'suprnova'),
    payout: fact({ minimumPrl: 0.5, words: '0.5 PRL, every 15 min' }, 'suprnova'),
  },
  {
    name: 'unmineable',
    title: 'unMineable',
    usability: fact(
      { kind: 'unconfirmed', why: 'its job form is not known, and one source calls it closed in August' },
      'peak',
      'soat',
    ),
    servers: fact(
      serversOf({ main: 'pearlpow.unmineable.com' }, [{ port: 3333 }, { port: 443, tls: true }]),
      'launchers',
      'peak',
    ),
    login: fact({ kind: 'raw', words: 'COIN:ADDRESS, which is paid in that coin and cannot be changed later' }, 'peak'),
    difficulty: fact('unknown', 'peak'),
    fee: fact(UNKNOWN_FEE, 'peak'),
    payout: fact({ minimumPrl: null, words: 'in another coin, daily (USDT from 1.5)' }, 'peak'),
  },
];
