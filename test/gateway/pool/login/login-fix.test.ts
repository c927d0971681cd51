// What to do about a refused login: mended where the password stands, which need not be the configuration.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { fixText } from '../../../../src/base/fix.ts';
import { parseConfig } from '../../../../src/config/configuration.ts';
import { resolvePaths } from '../../../../src/config/paths.ts';
import { poolList } from '../../../../src/config/pool-list.ts';
import { entryOf } from '../../../../src/gateway/pool/open-pool.ts';
import { poolTroubles, waitingState } from '../../../../src/gateway/pool/pool-troubles.ts';
import { newRoster } from '../../../../src/gateway/pool/roster.ts';
import { walletFromProgram } from '../../../../src/protocol/wallet.ts';

const WALLET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');

async function entry(t: Test, lines: string, env: NodeJS.ProcessEnv = {}) {
  const home = t.testdir();
  writeFileSync(join(home, 'password'), 'secret\n', { mode: 0o600 });
  const config = parseConfig(
    `network = mainnet\n[miner]\nwallet = ${WALLET}\n[gateway]\nkind = pool\n[pool]\nurl[] = stratum+tcp://a:1\n${lines.replace('HOME', home)}`,
    'test',
  );
  const [pool] = poolList(config);
  if (pool === undefined) throw new Error('no pool');
  return entryOf(pool, resolvePaths({ scope: 'user', env: { PEARLCTL_HOME: home } }), env);
}

t.test('a password that does not stand in the configuration is not mended by editing that', async (t) => {
  const sources = [
    [
      await entry(t, 'password_env = POOL_SECRET', { POOL_SECRET: 'secret' }),
      /^Give POOL_SECRET .* read -rs POOL_SECRET/,
    ],
    [await entry(t, 'password_file = HOME/password'), /^Write .* into .*\/password, then: pearlctl restart/],
  ] as const;
  for (const [pool, words] of sources) {
    const refused = waitingState(pool, { kind: 'refused', reason: 'wrong password' }, 'a:1: wrong password');
    t.match(refused, { phase: 'refused', reason: 'a:1: wrong password' });
    const [seat] = newRoster([null]);
    if (seat === undefined) throw new Error('no seat');
    const refusing = { ...seat, trouble: { kind: 'refused', reason: 'wrong password' } } as const;
    const [trouble] = poolTroubles([pool, pool], [seat, refusing], 0, null);
    t.equal(trouble?.id, 'pool-refuses');
    for (const fix of [refused.fix, trouble?.fix]) {
      t.match(fix && fixText(fix), words);
      t.notMatch(fix && fixText(fix), /config edit/);
    }
  }
});

t.test('one that stands there is; and a pool that cannot be reached says nothing of a login', async (t) => {
  const plain = await entry(t, 'pass = x');
  t.notOk('fix' in waitingState(plain, { kind: 'refused', reason: 'no' }, 'no'));
  const hidden = await entry(t, 'password_env = POOL_SECRET', { POOL_SECRET: 'secret' });
  t.same(waitingState(hidden, { kind: 'fault', reason: 'gone' }, 'gone'), {
    phase: 'backing-off',
    url: null,
    reason: 'gone',
  });
  t.match(waitingState(hidden, { kind: 'dialect', reason: 'other' }, 'other'), { phase: 'refused' });
  t.notOk('fix' in waitingState(hidden, { kind: 'dialect', reason: 'other' }, 'other'));
});
