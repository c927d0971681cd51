// Where passwords are looked for, in which order, and that they are never told.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../src/config/configuration.ts';
import type { SecretSource } from '../../src/config/secret-source.ts';
import { resolveSecret, secretSources } from '../../src/config/secrets.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

/** Writes `folder/name`, mode 0600, and returns its path. */
function put(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}

const source: SecretSource = { title: "the node's RPC password", credential: 'rpc-password', env: 'RPC', file: null };

t.test("the manager's credential comes first, then the variable, the file, and the stored credential", async (t) => {
  const root = t.testdir({});
  const credentialsFolder = join(root, 'credentials');
  const fromFile = { ...source, file: put(root, 'file', 'from the file\n') };
  put(credentialsFolder, 'rpc-password', 'stored\n');
  put(join(root, 'manager'), 'rpc-password', 'passed');
  const paths = { credentialsFolder };
  const manager = { CREDENTIALS_DIRECTORY: join(root, 'manager') };
  t.equal(await resolveSecret(fromFile, paths, { ...manager, RPC: 'from the shell' }), 'passed');
  t.equal(await resolveSecret(fromFile, paths, { RPC: 'from the shell' }), 'from the shell');
  t.equal(await resolveSecret(fromFile, paths, {}), 'from the file');
  t.equal(await resolveSecret(source, paths, {}), 'stored');
  t.equal(await resolveSecret(source, paths, { CREDENTIALS_DIRECTORY: join(root, 'empty') }), 'stored');
});

t.test('one line end is no part of a password, and spaces are', async (t) => {
  const root = t.testdir({});
  for (const [text, value] of [
    ['a b \r\n', 'a b '],
    [' ä;#"\\', ' ä;#"\\'],
  ] as const) {
    put(root, 'rpc-password', text);
    t.equal(await resolveSecret(source, { credentialsFolder: root }, {}), value);
  }
});

t.test('no value, an empty one or one of several lines is an error that says where, and what to type', async (t) => {
  const root = t.testdir({});
  const paths = { credentialsFolder: join(root, 'none') };
  await t.rejects(resolveSecret(source, paths, {}), { code: 'SECRET_MISSING', exitCode: 78, hint: /export RPC/ });
  await t.rejects(resolveSecret(source, paths, { RPC: '' }), {
    code: 'SECRET_MISSING',
    message: /variable RPC is empty/,
  });
  await t.rejects(resolveSecret(source, paths, { RPC: 'a\nb' }), { code: 'SECRET_MISSING', message: /one line/ });
  const file = join(root, 'file');
  const fromFile = { ...source, env: null, file };
  await t.rejects(resolveSecret(fromFile, paths, {}), {
    code: 'SECRET_MISSING',
    message: /ENOENT/,
    hint: new RegExp(file),
  });
  put(root, 'file', '\n');
  await t.rejects(resolveSecret(fromFile, paths, {}), { code: 'SECRET_MISSING', message: /is empty/ });
  put(root, 'file', 'x'.repeat(5000));
  await t.rejects(resolveSecret(fromFile, paths, {}), { code: 'SECRET_MISSING', message: /too large/ });
  await t.rejects(resolveSecret({ ...fromFile, file: root }, paths, {}), {
    code: 'SECRET_MISSING',
    message: /no file/,
  });
});

t.test('a file that others can read is refused, and its content is in no message', async (t) => {
  const root = t.testdir({});
  const file = put(root, 'file', 'hunter2');
  chmodSync(file, 0o640);
  const error = await resolveSecret({ ...source, file }, { credentialsFolder: root }, {}).catch((caught) => caught);
  t.match(error, { code: 'NO_PERMISSION', exitCode: 77, hint: `Type: chmod 600 ${file}` });
  put(root, 'file', 'hunter2\nsecond line');
  chmodSync(file, 0o600);
  const other = await resolveSecret({ ...source, file }, { credentialsFolder: root }, {}).catch((caught) => caught);
  t.equal(other.code, 'SECRET_MISSING');
  t.notMatch(`${error.message}${error.hint}${other.message}${other.hint}${other.stack}`, /hunter2/);
});

t.test('a configuration needs the secrets of its own kind of gateway only', async (t) => {
  const program = new Uint8Array(32).fill(7);
  const pool = `[miner]\nwallet = ${walletFromProgram(program, 'mainnet')}\n[pool]\nurl[] = stratum+tcp://h:1\n`;
  t.same(secretSources(parseConfig(pool, 'x')), []);
  t.match(secretSources(parseConfig(`${pool}password_env = P\n`, 'x')), [{ credential: 'pool-password', env: 'P' }]);
  const node = `network = testnet\n[miner]\nwallet = ${walletFromProgram(program, 'testnet')}\n`;
  t.match(secretSources(parseConfig(node, 'x')), [{ credential: 'rpc-password', env: 'PEARLD_RPC_PASSWORD' }]);
  t.same(secretSources(parseConfig(`${node}[pearld]\nconf = /pearld.conf\n`, 'x')), []);
  t.same(secretSources(parseConfig(`${node}[gateway]\nkind = attached\n`, 'x')), []);
});
