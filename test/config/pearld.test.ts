// The node's own file, and how it and [pearld] add up.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import { resolveNodeAccess } from '../../src/config/pearld.ts';
import { readPearldConf } from '../../src/config/pearld-conf.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { makeCertificate } from '../pool/certificate.ts';

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
  const plain = { rpcUrl: 'http://localhost:44109', certificate: null };
  t.same(await access(conf), { ...plain, rpcUser: 'me', rpcPassword: 'secret', passwordFrom: { kind: 'conf' } });
  t.same(await access(`${conf}rpc_url = https://h:1\nrpc_user = you\nrpc_password_env = P`, { P: 'p' }), {
    rpcUrl: 'https://h:1',
    rpcUser: 'you',
    rpcPassword: 'p',
    passwordFrom: { kind: 'variable', name: 'P' },
    certificate: null,
  });
  t.same(await access('', { PEARLD_RPC_PASSWORD: 'p' }), {
    ...plain,
    rpcUser: 'rpcuser',
    rpcPassword: 'p',
    passwordFrom: { kind: 'variable', name: 'PEARLD_RPC_PASSWORD' },
  });
  await t.rejects(access(''), { code: 'SECRET_MISSING', hint: /PEARLD_RPC_PASSWORD/ });
  await t.rejects(access(`conf = ${folder}/empty.conf`), { code: 'SECRET_MISSING', message: /rpcpass/ });
  await t.rejects(access(`conf = ${folder}/none.conf`), { code: 'CONFIG_INVALID', message: /ENOENT/ });
  writeFileSync(join(folder, 'empty.conf'), 'rpcpass=p\n');
  await t.rejects(access(`conf = ${folder}/empty.conf`), { code: 'CONFIG_INVALID', hint: /rpc_user/ });
});

t.test('the certificate is that of rpc_cert, or beside the node’s file, and only where https is spoken', async (t) => {
  const { cert } = makeCertificate({ ipAddress: '127.0.0.1' });
  const folder = t.testdir({
    pearld: { 'pearld.conf': 'rpcuser=me\nrpcpass=secret\n', 'rpc.cert': cert },
    plain: { 'pearld.conf': 'rpcuser=me\nrpcpass=secret\nnotls=1\n', 'rpc.cert': 'nonsense' },
    bare: { 'pearld.conf': 'rpcuser=me\nrpcpass=secret\n' },
    wrong: { 'pearld.conf': 'rpcuser=me\nrpcpass=secret\n', 'rpc.cert': 'nonsense' },
    other: cert,
  });
  const base = `network = testnet\n[miner]\nwallet = ${walletFromProgram(new Uint8Array(32), 'testnet')}\n[pearld]\n`;
  const certificate = async (lines: string) =>
    (await resolveNodeAccess(parseConfig(base + lines, 'x'), { credentialsFolder: folder }, {})).certificate;
  t.same(await certificate(`conf = ${folder}/pearld/pearld.conf`), { path: `${folder}/pearld/rpc.cert`, pem: cert });
  t.same(await certificate(`conf = ${folder}/bare/pearld.conf`), null, 'an authority may know it');
  t.same(await certificate(`conf = ${folder}/plain/pearld.conf`), null);
  t.match(await certificate(`conf = ${folder}/wrong/pearld.conf\nrpc_cert = ${folder}/other`), { pem: cert });
  await t.rejects(certificate(`conf = ${folder}/wrong/pearld.conf`), {
    code: 'CONFIG_INVALID',
    message: /no certificate/,
  });
  await t.rejects(certificate(`conf = ${folder}/bare/pearld.conf\nrpc_cert = ${folder}/none`), {
    message: /ENOENT/,
    hint: /rpc_cert/,
  });
});
