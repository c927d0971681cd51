import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { trustedRoots } from '../../../../src/gateway/pool/connection/trusted-roots.ts';
import { makeCertificate } from '../../../pool/certificate.ts';
import { TestPool } from '../../../pool/test-pool.ts';
import { jobNamed, pauseSaying, SHORT, testJob, upstreamTo } from '../../../pool/upstream.ts';

const good = makeCertificate({ ipAddress: '127.0.0.1' });
const pinOf = (spki: Buffer) => `?pin=sha256/${createHash('sha256').update(spki).digest('base64')}`;

async function served(t: Test, pool: TestPool, query: string, ca: readonly string[] | null) {
  pool.job = testJob('a');
  const { upstream, seen } = upstreamTo([pool.url(query)], { ca });
  t.teardown(() => Promise.all([upstream.close(), pool.stop()]));
  return { upstream, seen };
}

t.test('mines over TLS with a certificate that verifies', async (t) => {
  const pool = await TestPool.start({ tls: good });
  const { upstream, seen } = await served(t, pool, '', [good.cert]);
  t.match(await upstream.submit('1111', await jobNamed(seen, 'a')), { result: 'accepted' });
});

t.test('a certificate that does not verify is refused, with the reason, before anything is said', async (t) => {
  const day = 86_400_000;
  const expired = makeCertificate({
    ipAddress: '127.0.0.1',
    notBefore: new Date(Date.now() - 2 * day),
    notAfter: new Date(Date.now() - day),
  });
  const elsewhere = makeCertificate({ dnsName: 'pool.example.com' });
  const cases = [
    { tls: good, ca: null, reason: /self-signed; add its \?pin=sha256\/[A-Za-z0-9+/]{43}=.*SSL_CERT_FILE/ },
    { tls: expired, ca: [expired.cert], reason: /has expired/ },
    { tls: elsewhere, ca: [elsewhere.cert], reason: /another host name/ },
  ];
  for (const { tls, ca, reason } of cases) {
    const pool = await TestPool.start({ tls });
    const { seen } = await served(t, pool, '', ca);
    await pauseSaying(seen, reason);
    t.equal(pool.logins.length, 0, `${reason}`);
  }
});

t.test('the authorities that the variables name are trusted beside Node’s own', async (t) => {
  const folder = t.testdir({ 'one.pem': good.cert, folder: { 'two.pem': good.cert, 'a.txt': 'no certificate' } });
  const troubles: string[] = [];
  const roots = (env: NodeJS.ProcessEnv) => trustedRoots(env, (text) => troubles.push(text));
  t.equal(roots({}), null);
  for (const env of [
    { SSL_CERT_FILE: `${folder}/one.pem` },
    { SSL_CERT_DIR: `${folder}/folder` },
    { NODE_EXTRA_CA_CERTS: `${folder}/one.pem` },
  ]) {
    const pool = await TestPool.start({ tls: good });
    const { seen } = await served(t, pool, '', roots(env));
    await jobNamed(seen, 'a');
  }
  t.same(troubles, []);
  t.equal(roots({ SSL_CERT_FILE: `${folder}/none.pem` }), null);
  t.match(troubles, [/SSL_CERT_FILE names .*none\.pem, which cannot be read/]);
});

t.test('a pin stands for the chain of trust, and only the right one', async (t) => {
  const pinned = await TestPool.start({ tls: good });
  const right = await served(t, pinned, pinOf(good.spki), null);
  await jobNamed(right.seen, 'a');

  const other = await TestPool.start({ tls: good });
  const wrong = await served(t, other, pinOf(makeCertificate({}).spki), [good.cert]);
  const reason = await pauseSaying(wrong.seen, /does not match the pin/);
  t.ok(reason.includes(pinOf(good.spki).slice('?pin='.length)), 'the message shows the pin that it found');
  t.equal(other.logins.length, 0);
});

t.test('insecure=1 takes any certificate, because the user said so', async (t) => {
  const pool = await TestPool.start({ tls: makeCertificate({ dnsName: 'pool.example.com' }) });
  const { seen } = await served(t, pool, '?insecure=1', null);
  await jobNamed(seen, 'a');
});

t.test(
  'TLS on a plain port and plain on a TLS port both end with what to write instead, never with a fallback',
  async (t) => {
    const lines: string[] = [];
    const plain = await TestPool.start({ onLine: (_client, line) => lines.push(line) > 0 });
    const toPlain = upstreamTo([plain.url().replace('tcp', 'ssl')], { times: { ...SHORT, tlsMs: 200 } });
    t.teardown(() => Promise.all([toPlain.upstream.close(), plain.stop()]));
    // A pool that answers the hello with text, and one that only waits for a line.
    await pauseSaying(toPlain.seen, /does this port speak TLS/);
    t.notOk(
      lines.some((line) => line.includes('authorize')),
      'no login in clear',
    );

    const secure = await TestPool.start({ tls: good });
    const toSecure = upstreamTo([secure.url().replace('ssl', 'tcp')]);
    t.teardown(() => Promise.all([toSecure.upstream.close(), secure.stop()]));
    await pauseSaying(toSecure.seen, /speaks TLS: write stratum\+ssl|closed the connection before it answered/);
    t.equal(secure.logins.length, 0);
  },
);
