// Finding instances by their files, and ports beside those that they have.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { freePortFrom, portState } from '../../src/service/instance-ports.ts';
import { findInstances, lineFor, passwdEntries, userNamed } from '../../src/service/instances.ts';

t.test('the caller’s own are found by their units and their configurations', async (t) => {
  const home = t.testdir({
    '.config': {
      pearlctl: { 'pearlctl.ini': '' },
      'pearlctl-b': { 'pearlctl.ini': '' },
      'pearlctl-Nonsense': { 'pearlctl.ini': '' },
      'pearlctl-empty': {},
      systemd: { user: { 'pearlctl-c.service': '' } },
    },
  });
  const caller = { platform: 'linux' as const, uid: 4321, user: 'ada', home, env: { HOME: home }, sudo: null };
  const found = findInstances(caller).filter(({ paths }) => paths.scope === 'user');
  t.same(
    found.map(({ paths, account, installed, configured }) => [paths.instance, account, installed, configured]),
    [
      [null, 'ada', false, true],
      ['b', 'ada', false, true],
      ['c', 'ada', true, false],
    ],
  );

  const own = join(home, 'own');
  mkdirSync(join(own, 'pearlctl-d'), { recursive: true });
  writeFileSync(join(own, 'pearlctl-d', 'pearlctl.ini'), '');
  const portable = findInstances({ ...caller, env: { HOME: home, PEARLCTL_HOME: own } });
  t.match(portable[0], { paths: { instance: 'd', home: own }, configured: true });
  t.equal(portable.length, findInstances(caller).length + 1, 'beside the others');
});

t.test('accounts are read from whatever passwd holds', async (t) => {
  t.same(passwdEntries('root:x:0:0:root:/root:/bin/sh\n+::::::\nbad\nnobody:x:65534:1::/:/bin/false\n'), [
    { user: 'root', uid: 0, home: '/root' },
  ]);
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { uid, home } of passwdEntries(text)) {
        if (!Number.isInteger(uid) || !home.startsWith('/')) return false;
      }
      return true;
    }),
  );
  t.equal(userNamed(0), 'root');
  t.equal(userNamed(4_000_123), '4000123');
  t.match(lineFor('ada', 'uninstall'), /^sudo -H -u ada .*pearlctl.* uninstall$/);
});

t.test('a port that is taken is told from a free one, and the next is found', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  t.equal(await portState('127.0.0.1', port), 'taken');
  const next = await freePortFrom('127.0.0.1', port, [port + 1]);
  t.ok(next !== null && next > port + 1);
});
