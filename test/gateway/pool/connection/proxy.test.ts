import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { type ProxyUrl, readProxyUrl } from '../../../../src/config/proxy-url.ts';
import { freePort } from '../../../fixtures/free-port.ts';
import { makeCertificate } from '../../../pool/certificate.ts';
import { TestPool } from '../../../pool/test-pool.ts';
import { connectProxy, socksProxy, type TestProxyOptions } from '../../../pool/test-proxy.ts';
import { jobNamed, pauseSaying, SHORT, testJob, upstreamTo } from '../../../pool/upstream.ts';

type Scheme = 'socks5h' | 'socks5' | 'http';
const SCHEMES: readonly Scheme[] = ['socks5h', 'socks5', 'http'];
const NAME = 'pool.example.com';

function proxyUrl(text: string): ProxyUrl {
  const url = readProxyUrl(text);
  if (typeof url === 'string') throw new Error(`${text} ${url}`);
  return url;
}

async function proxyOf(t: Test, scheme: Scheme, options: TestProxyOptions = {}, login = '') {
  const proxy = await (scheme === 'http' ? connectProxy : socksProxy)(t, options);
  return { ...proxy, url: proxyUrl(`${scheme}://${login}127.0.0.1:${proxy.port}`) };
}

/** An upstream to a pool whose name only the proxy knows, unless this machine looks names up. */
async function served(t: Test, pool: TestPool, proxy: ProxyUrl, change: Parameters<typeof upstreamTo>[1] = {}) {
  pool.job = testJob('a');
  const url = pool.url().replace('127.0.0.1', NAME);
  const resolve =
    proxy.kind === 'socks5'
      ? async () => ['127.0.0.1']
      : () => Promise.reject(new Error('this machine looks no name up'));
  const { upstream, seen, said } = upstreamTo([url], { proxy, resolve, ...change });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  return { upstream, seen, said };
}

for (const scheme of SCHEMES) {
  t.test(`mines through a ${scheme} proxy with user and password, with TLS by the pool's own name`, async (t) => {
    const login = { user: 'rig@home', password: 'p:w/1' };
    const tls = makeCertificate({ dnsName: NAME });
    const pool = await TestPool.start({ tls });
    const names = { [NAME]: '127.0.0.1' };
    const proxy = await proxyOf(t, scheme, { ...login, names }, 'rig%40home:p%3Aw%2F1@');
    const { upstream, seen, said } = await served(t, pool, proxy.url, { ca: [tls.cert] });
    t.match(await upstream.submit('1111', await jobNamed(seen, 'a')), { result: 'accepted' });
    t.match(proxy.asked[0], scheme === 'socks5' ? /^127\.0\.0\.1:/ : new RegExp(`^${NAME}:`), 'who looks names up');
    t.notMatch(inspect([seen, said, upstream.state()], { depth: 8 }), /p:w/, 'the password is nowhere');
  });

  t.test(`a certificate for another name is refused through a ${scheme} proxy as well`, async (t) => {
    const tls = makeCertificate({ dnsName: 'elsewhere.example.com' });
    const pool = await TestPool.start({ tls });
    const proxy = await proxyOf(t, scheme, { names: { [NAME]: '127.0.0.1' } });
    const { seen } = await served(t, pool, proxy.url, { ca: [tls.cert] });
    await pauseSaying(seen, /another host name/);
    t.equal(pool.logins.length, 0);
  });

  t.test(`what fails on the way through a ${scheme} proxy is told by its cause`, async (t) => {
    const gone = proxyUrl(`${scheme}://127.0.0.1:${await freePort()}`);
    const secret = { user: 'u', password: 'right' };
    const cases: [options: TestProxyOptions | ProxyUrl, login: string, reason: RegExp][] = [
      [gone, '', /the proxy \S+ cannot be reached: the connection was refused \(127\.0\.0\.1\)/],
      [secret, '', /the proxy \S+ wants a user and a password/],
      [secret, 'u:wrong@', /the proxy \S+ refuses the user or the password/],
      [{ refuse: scheme === 'http' ? 403 : 2 }, '', /the proxy \S+ does not let us connect to the pool/],
      [{ refuse: scheme === 'http' ? 503 : 4 }, '', /the proxy \S+ cannot reach the pool \((HTTP 503|the host cannot)/],
      [{ silent: true }, '', /the proxy \S+ did not connect us to the pool in time/],
    ];
    for (const [options, login, reason] of cases) {
      const pool = await TestPool.start({});
      const url = 'kind' in options ? options : (await proxyOf(t, scheme, options, login)).url;
      const { seen, said } = await served(t, pool, url, { times: { ...SHORT, connectMs: 300 } });
      t.match(await pauseSaying(seen, reason), reason);
      t.notMatch(inspect([seen, said], { depth: 8 }), /wrong/, 'no password');
      t.equal(pool.logins.length, 0);
    }
  });
}

t.test('a proxy of the other kind, and a pool in its place, are told as no proxy', async (t) => {
  const http = await connectProxy(t);
  const socks = await socksProxy(t);
  const pool = await TestPool.start({});
  t.teardown(() => pool.stop());
  const poolPort = new URL(pool.url().replace('stratum+tcp', 'http')).port;
  for (const [text, reason] of [
    [`socks5h://127.0.0.1:${http.port}`, /no SOCKS5 proxy|closed the connection/],
    [`http://127.0.0.1:${socks.port}`, /no HTTP proxy|closed the connection|did not connect us/],
    [`socks5h://127.0.0.1:${poolPort}`, /no SOCKS5 proxy|closed the connection|did not connect us/],
  ] as const) {
    const behind = await TestPool.start({});
    const { seen } = await served(t, behind, proxyUrl(text), { times: { ...SHORT, connectMs: 300 } });
    t.match(await pauseSaying(seen, reason), reason);
  }
});

t.test('with socks5, a second address of the pool is tried where the proxy cannot reach the first', async (t) => {
  const pool = await TestPool.start({});
  const proxy = await proxyOf(t, 'socks5');
  const { seen } = await served(t, pool, proxy.url, { resolve: async () => ['127.0.0.2', '127.0.0.1'] });
  await jobNamed(seen, 'a');
  t.equal(proxy.asked.length, 2);
});
