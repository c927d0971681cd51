import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { completedPoolUrl, readPoolUrl } from '../../src/config/pool-url.ts';

// A digest whose base64 has + and / in it, which a reader of query strings would spoil.
let seed = 0;
let digest = createHash('sha256').update('0').digest();
while (!/\+.*\//.test(digest.toString('base64'))) digest = createHash('sha256').update(String(++seed)).digest();
const pin = digest.toString('base64');

t.test('the three schemes, names and addresses are read', async (t) => {
  const plain = {
    name: 'stratum+tcp://pool.example.com:3333',
    tls: false,
    host: 'pool.example.com',
    port: 3333,
    pinSha256: null,
    insecure: false,
  };
  t.same(readPoolUrl('stratum+tcp://pool.example.com:3333'), plain);
  t.same(readPoolUrl('stratum+tcp://Pool.Example.com:3333/'), plain);
  t.same(readPoolUrl('stratum+ssl://pool.example.com:443'), {
    ...plain,
    name: 'stratum+ssl://pool.example.com:443',
    tls: true,
    port: 443,
  });
  t.match(readPoolUrl('stratum+tls://10.0.0.1:1'), { tls: true, host: '10.0.0.1', port: 1 });
  t.match(readPoolUrl('stratum+tcp://[::1]:3333'), { host: '::1', name: 'stratum+tcp://[::1]:3333' });
  t.match(readPoolUrl('stratum+ssl://h:1?insecure=1'), { insecure: true, name: 'stratum+ssl://h:1' });
  t.match(readPoolUrl('stratum+ssl://h:1?insecure=0'), { insecure: false });
});

t.test('a plus sign in a pin is a plus sign, and percent escapes are read', async (t) => {
  for (const written of [pin, encodeURIComponent(pin)]) {
    const url = readPoolUrl(`stratum+ssl://h:1?pin=sha256/${written}`);
    if (typeof url === 'string') {
      t.fail(url);
      return;
    }
    t.same(url.pinSha256, digest);
    t.notMatch(url.name, 'pin');
  }
});

const wrong: [address: string, says: RegExp][] = [
  ['', /must look like/],
  ['pool.example.com:3333', /must look like/],
  ['http://pool.example.com:3333', /must look like/],
  ['stratum+tcp://pool.example.com', /must look like/],
  ['stratum+tcp://pool.example.com:3333/path', /must look like/],
  ['constructor://pool:1', /must look like/],
  ['stratum+tcp://:3333', /host name/],
  ['stratum+tcp://a..b:3333', /host name/],
  ['stratum+tcp://-a:3333', /host name/],
  ['stratum+tcp://127.1:3333', /host name/],
  ['stratum+tcp://[::g]:3333', /host name/],
  ['stratum+tcp://h:0', /port from 1/],
  ['stratum+tcp://h:65536', /port from 1/],
  ['stratum+tcp://wallet.worker@h:1', /user/],
  ['stratum+tcp://h:1?insecure=1', /only stratum\+ssl/],
  [`stratum+tcp://h:1?pin=sha256/${pin}`, /only stratum\+ssl/],
  [`stratum+ssl://h:1?insecure=1&pin=sha256/${pin}`, /both a pin and insecure/],
  ['stratum+ssl://h:1?pin=sha256/abc', /44 base64/],
  [`stratum+ssl://h:1?pin=${pin}`, /44 base64/],
  [`stratum+ssl://h:1?pin=sha256/${pin}&pin=sha256/${pin}`, /pin twice/],
  ['stratum+ssl://h:1?insecure=yes', /neither 1 nor 0/],
  ['stratum+ssl://h:1?pinn=1', /other than/],
];

for (const [address, says] of wrong) {
  t.test(`"${address}" is refused with its reason`, async (t) => {
    const problem = readPoolUrl(address);
    t.type(problem, 'string');
    t.match(String(problem), says);
  });
}

t.test('no text makes it throw, and what it takes reads the same again', async () => {
  const address = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('stratum+tcp', 'stratum+ssl'), fc.string(), fc.nat(70000), fc.string())
      .map(([scheme, host, port, query]) => `${scheme}://${host}:${port}?${query}`),
  );
  fc.assert(
    fc.property(address, (text) => {
      const url = readPoolUrl(text);
      if (typeof url === 'string') return true;
      const again = readPoolUrl(url.name);
      return typeof again !== 'string' && again.host === url.host && again.port === url.port && again.tls === url.tls;
    }),
  );
});

t.test('an address without its scheme, or with a short one, is completed; what is no guess is not', async (t) => {
  for (const [typed, meant] of [
    ['pool.example.com:3333', 'stratum+tcp://pool.example.com:3333'],
    ['stratum://pool.example.com:3333', 'stratum+tcp://pool.example.com:3333'],
    ['TCP://pool.example.com:3333', 'stratum+tcp://pool.example.com:3333'],
    ['ssl://pool.example.com:3333', 'stratum+ssl://pool.example.com:3333'],
    ['[2001:db8::1]:3333', 'stratum+tcp://[2001:db8::1]:3333'],
    ['http://pool.example.com:3333', null],
    ['pool.example.com', null],
    ['me@pool.example.com:3333', null],
    ['constructor://pool:1', null],
    ['', null],
  ] as const) {
    t.equal(completedPoolUrl(typed), meant, typed);
  }
});
