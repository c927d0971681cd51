import fc from 'fast-check';
import t from 'tap';
import { checkConfig } from '../../src/config/configuration.ts';
import { effectiveKeys } from '../../src/config/effective.ts';
import { poolList } from '../../src/config/pool-list.ts';
import { readProxyUrl } from '../../src/config/proxy-url.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');

t.test('a proxy is read from its address, with what stands before the @', (t) => {
  t.same(readProxyUrl('socks5h://127.0.0.1:9050'), {
    name: 'socks5h://127.0.0.1:9050',
    kind: 'socks5h',
    host: '127.0.0.1',
    port: 9050,
    user: null,
    password: null,
  });
  t.match(readProxyUrl('SOCKS5://me@[::1]'), { name: 'socks5://[::1]:1080', host: '::1', user: 'me', password: null });
  t.match(readProxyUrl('http://a%40b:c%3Ad@proxy.example.com:3128/'), {
    name: 'http://proxy.example.com:3128',
    user: 'a@b',
    password: 'c:d',
  });
  t.match(readProxyUrl('http://me:p@ss@proxy.example.com'), {
    host: 'proxy.example.com',
    port: 8080,
    password: 'p@ss',
  });
  t.end();
});

t.test('an address that is none says why and shows nothing of it', (t) => {
  for (const [address, reason] of [
    ['socks4://127.0.0.1:1', /must look like/],
    ['127.0.0.1:9050', /must look like/],
    ['http://me:secret@-:1', /no valid host/],
    ['http://me:secret@host:0', /port from 1/],
    ['http://me:%zz@host:1', /password that cannot be read/],
    ['http://:secret@host:1', /user that cannot be read/],
  ] as const) {
    const read = readProxyUrl(address);
    t.match(read, reason, address);
    t.notMatch(read, /secret/);
  }
  t.end();
});

t.test('whatever is written, a proxy is read or refused, and its name has no login', (t) => {
  const texts = fc.oneof(
    fc.string(),
    fc
      .tuple(fc.constantFrom('http', 'socks5', 'socks5h'), fc.string(), fc.string())
      .map(([a, b, c]) => `${a}://${b}@${c}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readProxyUrl(text);
      return typeof read === 'string' || /^(?:http|socks5h?):\/\/[^@\s]+:\d+$/.test(read.name);
    }),
  );
  t.end();
});

const read = (pool: string) =>
  checkConfig(`[miner]\nwallet = ${WALLET}\n[pool]\n${pool}`, 'test.ini', { home: '/home/me' });
const ONE = '[pool.a]\nurl = stratum+tcp://a.example.com:1\n';
const TWO = '[pool.b]\nurl = stratum+tcp://b.example.com:1\n';

t.test('a pool has the proxy of [pool], one of its own, or none, and takes no password along with its own', (t) => {
  const shared = 'proxy = socks5h://me@127.0.0.1:9050\nproxy_password_file = /etc/p\n';
  const { config } = read(
    `${shared}${ONE}${TWO}proxy = http://other@127.0.0.1:8080\n[pool.c]\nurl = stratum+tcp://c.example.com:1\nproxy = off\n`,
  );
  t.match(config === null ? [] : poolList(config).map(({ proxy }) => proxy), [
    { url: { name: 'socks5h://127.0.0.1:9050' }, secret: { file: '/etc/p', credential: 'proxy-password-a' } },
    { url: { name: 'http://127.0.0.1:8080' }, secret: null },
    null,
  ]);
  t.end();
});

t.test('a password without a user, and two passwords, are refused', (t) => {
  for (const [pool, problem] of [
    [
      'proxy = http://127.0.0.1:1\nproxy_password_env = P\n',
      /\[pool\] proxy_password_env is set, and proxy names no user/,
    ],
    ['proxy_password_env = P\n', /proxy names no user/],
    ['proxy = http://a:b@127.0.0.1:1\nproxy_password_env = P\n', /proxy and proxy_password_env both set/],
    ['proxy = http://a@127.0.0.1:1\nproxy_password_env = P\nproxy_password_file = /p\n', /both set a password/],
  ] as const) {
    t.match(read(`${pool}${ONE}`).problems[0]?.message, problem);
  }
  t.end();
});

t.test('config show leaves the login of a proxy out', (t) => {
  const keys = effectiveKeys('[pool]\nproxy = http://me:secret@proxy.example.com:3128\n', 'test.ini');
  t.match(
    keys.find(({ key }) => key === 'proxy'),
    { value: 'http://(hidden)@proxy.example.com:3128' },
  );
  const { problems } = read(`proxy = ftp://me:secret@host:1\n${ONE}`);
  t.match(problems[0]?.message, /\[pool\] proxy must look like/);
  t.notMatch(JSON.stringify(problems), /secret/);
  t.end();
});
