import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { poolList } from '../../src/config/pool-list.ts';
import { secretSources } from '../../src/config/secrets.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
const OTHER = walletFromProgram(new Uint8Array(32).fill(9), 'mainnet');
const miner = `[miner]\nwallet = ${WALLET}\nworker = desk\n`;

const pools = (text: string) => poolList(parseConfig(text, 'x'));
const refusal = (text: string) => {
  try {
    parseConfig(text, 'x');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
};

t.test('the pools of url[] share one login, as ever', async (t) => {
  const text = `${miner}[pool]\nurl[] = stratum+tcp://a:1\nurl[] = stratum+tcp://b:1\npass = d=5\n`;
  const common = { name: null, wallet: WALLET, worker: 'desk', login: null, pass: 'd=5', keepaliveMs: 'auto' };
  t.match(pools(text), [common, common]);
});

t.test('each section has a login of its own, and the rest from [pool]', async (t) => {
  const text =
    `${miner}[pool]\nkeepalive = off\npass = y\n[pool.first]\nurl = stratum+tcp://a:1\nlogin = krx1\npass = d=5\n` +
    `[pool.second]\nurl = stratum+ssl://b:2\nuser = ${OTHER}\nworker = rig2\nkeepalive = 30s\npassword_env = SECOND\n`;
  t.match(pools(text), [
    { name: 'first', login: 'krx1', worker: 'desk', pass: 'd=5', secret: null, keepaliveMs: 'off' },
    { name: 'second', login: null, wallet: OTHER, worker: 'rig2', keepaliveMs: 30_000 },
  ]);
  t.match(secretSources(parseConfig(text, 'x')), [{ credential: 'pool-password-second', env: 'SECOND' }]);
});

t.test('use orders the sections and leaves the others out; url[] comes before them', async (t) => {
  const text = `${miner}[pool]\nurl[] = stratum+tcp://z:1\nuse = c, a\n${['a', 'b', 'c']
    .map((name) => `[pool.${name}]\nurl = stratum+tcp://${name}:1\n`)
    .join('')}`;
  t.same(
    pools(text).map(({ url }) => url.host),
    ['z', 'c', 'a'],
  );
});

t.test('what a section sets itself comes before a secret that all share', async (t) => {
  const text = `${miner}[pool]\npassword_env = ALL\n[pool.a]\nurl = stratum+tcp://a:1\npass = own\n[pool.b]\nurl = stratum+tcp://b:1\n`;
  t.match(pools(text), [{ pass: 'own', secret: null }, { secret: { env: 'ALL' } }]);
});

t.test('what cannot be meant is refused with its key', async (t) => {
  const cases: [string, RegExp][] = [
    ['[pool.a]\nlogin = x\n', /\[pool\.a\] url is missing/],
    ['[pool]\nuse = b\n[pool.a]\nurl = stratum+tcp://a:1\n', /names b, and there is no section \[pool\.b\]/],
    ['[pool]\nurl[] = stratum+tcp://a:1\n[pool.a]\nurl = stratum+tcp://a:1\n', /also in \[pool\] url\[\]/],
    [`[pool.a]\nurl = stratum+tcp://a:1\nlogin = x\nuser = ${WALLET}\n`, /login and user both/],
    ['[pool.a]\nurl = stratum+tcp://a:1\npass = x\npassword_env = P\n', /pass and password_env all set/],
    ['[pool.A]\nurl = stratum+tcp://a:1\n', /pool\.A/],
  ];
  for (const [text, pattern] of cases) t.match(refusal(miner + text), pattern);
});

t.test('a wallet is needed as long as some pool pays it', async (t) => {
  const own = '[pool.a]\nurl = stratum+tcp://a:1\nlogin = solo:me\n';
  t.doesNotThrow(() => parseConfig(own, 'x'));
  t.throws(() => parseConfig(`${own}[pool.b]\nurl = stratum+tcp://b:1\n`, 'x'), { code: 'WALLET_INVALID' });
});
