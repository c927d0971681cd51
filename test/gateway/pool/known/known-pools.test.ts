// The known pools against a table of facts that was written apart from them (test/pool/facts/pools.tsv).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { POOL_NAME } from '../../../../src/config/pool-keys.ts';
import { readPoolUrl } from '../../../../src/config/pool-url.ts';
import { oneOfEachHost, preferredServer } from '../../../../src/gateway/pool/known/known-pool.ts';
import { allPools, findPool, KNOWN_POOLS, pickServer } from '../../../../src/gateway/pool/known/known-pools.ts';

const FACTS = readFileSync(new URL('../../../pool/facts/pools.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t') as [string, string, string, string, string, string, string]);

const numberOf = (text: string) => (text === '-' ? null : Number(text));

t.test('every server, and no other, is as the facts have it', async (t) => {
  const expected = FACTS.flatMap(([pool, port, tls, , , , hosts]) =>
    hosts.split(' ').map((host) => `${pool} stratum+${tls === 'yes' ? 'ssl' : 'tcp'}://${host}:${port}`),
  );
  const found = KNOWN_POOLS.flatMap(({ name, servers }) =>
    servers.is.map(({ url }) => `${name} ${url.replace(/\?.*$/, '')}`),
  );
  t.same(found.sort(), expected.sort());
});

t.test('work for a share is the difficulty times 2^32, fees and minimums are as published', async (t) => {
  for (const [name, port, , difficulty, fee, minimum] of FACTS) {
    const pool = findPool(KNOWN_POOLS, name);
    const servers = pool.servers.is.filter(({ url }) => url.replace(/\?.*$/, '').endsWith(`:${port}`));
    const macs = difficulty === '-' ? null : Number(difficulty) * 2 ** 32;
    for (const { url, shareMacs } of servers) {
      if (macs === null || shareMacs === null) t.equal(shareMacs, macs, url);
      else t.ok(Math.abs(shareMacs / macs - 1) < 0.03, `${url}: ${shareMacs} and ${macs}`);
    }
    t.equal(pool.fee.is.percent, numberOf(fee), name);
    t.equal(pool.payout.is.minimumPrl, numberOf(minimum), name);
  }
});

t.test('names are unique, fit a section, and stand in order; every address can be configured', async (t) => {
  const names = KNOWN_POOLS.map(({ name }) => name);
  t.same(names, [...new Set(names)].sort());
  for (const { name, servers, usability } of KNOWN_POOLS) {
    t.match(name, POOL_NAME);
    t.equal(servers.is.length > 0, usability.is.kind !== 'no', `${name} has servers where it can be used`);
    t.equal(new Set(servers.is.map((server) => server.name)).size, servers.is.length, name);
    for (const { url } of servers.is) t.not(typeof readPoolUrl(url), 'string', url);
  }
  const pinned = KNOWN_POOLS.filter(({ servers }) => servers.is.some(({ url }) => url.includes('?pin=')));
  t.same(
    pinned.map(({ name }) => name),
    ['luckypool'],
    'the one that signs its certificate itself',
  );
});

t.test('a port is chosen by the rate: a share a second or less, alone only where nothing else is there', async (t) => {
  const at = (name: string, macsPerSecond: number | null) =>
    preferredServer(findPool(KNOWN_POOLS, name).servers.is, macsPerSecond)?.name;
  t.equal(at('suprnova', null), 'eu/3373');
  t.equal(at('suprnova', 4e12), 'eu/3372');
  t.equal(at('suprnova', 1e9), 'eu/3370');
  t.equal(at('luckypool', null), 'cpu-eu1');
  t.equal(at('k1pool', null), 'eu', 'and not the one for blocks alone, although that is easier');
  t.equal(at('mkpool', null), 'main');
  t.equal(at('kryptex', null), 'main/8048', 'TLS before plain');
  t.equal(preferredServer([], null), null);
  t.equal(oneOfEachHost(findPool(KNOWN_POOLS, 'suprnova'), null).length, 3);
});

t.test(
  'a name is found, with its server; a wrong one is answered with the nearest, an unusable one with why',
  async (t) => {
    const pick = (text: string) => pickServer(KNOWN_POOLS, text, null).server.url;
    t.equal(pick('suprnova/us'), 'stratum+tcp://us.prl.suprnova.cc:3373');
    t.equal(pick('Suprnova/us/3374'), 'stratum+ssl://us.prl.suprnova.cc:3374');
    t.throws(() => pick('suprnova/mars'), { code: 'USAGE', message: /no server mars/ });
    t.throws(() => pick('supernova'), { code: 'USAGE', hint: 'Did you mean suprnova?' });
    t.throws(() => pick('pearlhash'), {
      code: 'USAGE',
      message: /cannot be used, because it speaks a protocol of its own/,
    });
  },
);

t.test('your own pools stand beside the known ones, or before one of the same name', async (t) => {
  const home = t.testdir();
  const paths = { configFile: join(home, 'pearlctl.ini') };
  const write = (text: string) => writeFileSync(join(home, 'own-pools.json'), text);
  t.equal(allPools(paths).length, KNOWN_POOLS.length);
  write(
    JSON.stringify({
      pools: [
        { name: 'farm', servers: [{ url: 'stratum+tcp://10.0.0.1:3333', shareMacs: 1e12 }], feePercent: 0 },
        { name: 'suprnova', servers: [{ url: 'stratum+tcp://10.0.0.2:3333' }] },
      ],
    }),
  );
  const pools = allPools(paths);
  t.equal(pools.length, KNOWN_POOLS.length + 1);
  t.equal(pickServer(pools, 'farm', null).server.url, 'stratum+tcp://10.0.0.1:3333');
  t.equal(pickServer(pools, 'suprnova', null).server.url, 'stratum+tcp://10.0.0.2:3333');
  for (const [text, says] of [
    ['{', /Expected Object/],
    ['{"pools":[{"name":"a b","servers":[]}]}', /pools\.0\.name/],
    ['{"pools":[{"name":"a","servers":[{"url":"http://x"}]}]}', /pools\.0\.servers\.0\.url: is no address/],
    ['{"pools":[{"name":"a","servers":[{"url":"stratum+tcp://x:1","shareMacs":-1}]}]}', /shareMacs/],
    ['{"pools":[],"more":1}', /more/],
  ] as const) {
    write(text);
    t.throws(() => allPools(paths), { code: 'CONFIG_INVALID', message: says }, text);
  }
});
