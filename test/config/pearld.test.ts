// The node's own file, and how it and [pearld] add up.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { resolveNodeAccess } from '../../src/config/pearld.ts';
import { readPearldConf } from '../../src/config/pearld-conf.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

t.test('user, password and address are read, whatever characters a password has', async (t) => {
  const text =
    '[Application Options]\n; comment\n# comment\nrpcuser=me\nrpcpass=a;b#c "d\\\nnotls=1\nrpclisten=127.0.0.1:5000\nrpclisten=10.0.0.1\n';
  t.same(readPearldConf(text, 'mainnet'), {
    rpcUser: 'me',
    rpcPassword: 'a;b#c "d\\',
    rpcUrl: 'http://127.0.0.1:5000',
  });
});

const listens: [lines: string, url: string][] = [
  ['', 'https://localhost:44107'],
  ['notls=1', 'http://localhost:44107'],
  ['notls', 'https://localhost:44107'],
  ['rpclisten=:5000', 'https://localhost:5000'],
  ['rpclisten=0.0.0.0:5000', 'https://localhost:5000'],
  ['rpclisten=[::]:5000', 'https://localhost:5000'],
  ['rpclisten=[::1]', 'https://[::1]:44107'],
  ['rpclisten = localhost', 'https://localhost:44107'],
  ['rpclisten="127.0.0.1:1"', 'https://127.0.0.1:1'],
];

for (const [lines, url] of listens) {
  t.test(`a node with ${JSON.stringify(lines)} is reached at ${url}`, async (t) => {
    t.equal(readPearldConf(lines, 'mainnet').rpcUrl, url);
  });
}

t.test('what says nothing reads as null, and nonsense does no harm', async (t) => {
  t.same(readPearldConf('rpcuser=\nrpclisten=a:b:c\n__proto__=1\nrpcpass', 'mainnet'), {
    rpcUser: null,
    rpcPassword: null,
    rpcUrl: null,
  });
  t.throws(() => readPearldConf('x'.repeat(300_000), 'mainnet'), { code: 'CONFIG_INVALID' });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const { rpcUrl } = readPearldConf(`${a}\nrpclisten=${b}\nrpcpass=${a}`, 'regtest');
      return rpcUrl === null || URL.canParse(rpcUrl);
    }),
  );
});

t.test('keys of [pearld] come before those of the file, and what is missing is said', async (t) => {
  const folder = t.testdir({ 'pearld.conf': 'rpcuser=me\nrpcpass=secret\nnotls=1\n', 'empty.conf': '' });
  const base = `network = testnet\n[miner]\nwallet = ${walletFromProgram(new Uint8Array(32), 'testnet')}\n[pearld]\n`;
  const access = (lines: string, env = {}) =>
    resolveNodeAccess(parseConfig(base + lines, 'x'), { credentialsFolder: join(folder, 'credentials') }, env);
  const conf = `conf = ${folder}/pearld.conf\n`;
  t.same(await access(conf), { rpcUrl: 'http://localhost:44109', rpcUser: 'me', rpcPassword: 'secret' });
  t.same(await access(`${conf}rpc_url = https://h:1\nrpc_user = you\nrpc_password_env = P`, { P: 'p' }), {
    rpcUrl: 'https://h:1',
    rpcUser: 'you',
    rpcPassword: 'p',
  });
  t.same(await access('', { PEARLD_RPC_PASSWORD: 'p' }), {
    rpcUrl: 'http://localhost:44109',
    rpcUser: 'rpcuser',
    rpcPassword: 'p',
  });
  await t.rejects(access(''), { code: 'SECRET_MISSING', hint: /PEARLD_RPC_PASSWORD/ });
  await t.rejects(access(`conf = ${folder}/empty.conf`), { code: 'SECRET_MISSING', message: /rpcpass/ });
  await t.rejects(access(`conf = ${folder}/none.conf`), { code: 'CONFIG_INVALID', message: /ENOENT/ });
  writeFileSync(join(folder, 'empty.conf'), 'rpcpass=p\n');
  await t.rejects(access(`conf = ${folder}/empty.conf`), { code: 'CONFIG_INVALID', hint: /rpc_user/ });
});
