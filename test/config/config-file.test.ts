// The configuration file on a real disk.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readConfigFile } from '../../src/config/config-file.ts';
import { loadConfig } from '../../src/config/configuration.ts';
import { resolvePaths } from '../../src/config/paths.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';

const isRoot = process.getuid?.() === 0;
const text = `network = devnet\n[miner]\nwallet = ${walletFromProgram(new Uint8Array(32), 'devnet')}\n`;

t.test('a configuration is read from the home of an instance, with ~ for the home of the user', async (t) => {
  const home = t.testdir({ 'pearlctl.ini': `${text}[sidecar]\nmirror = ~/m.json\n` });
  const paths = resolvePaths({ env: { PEARLCTL_HOME: home, HOME: '/home/u' } });
  const config = await loadConfig(paths);
  t.equal(config.network, 'devnet');
  t.equal(config.sidecar.mirror, '/home/u/m.json');
});

t.test('without a file, the message says where it looked and the hint how to make one', async (t) => {
  const folder = t.testdir({ file: '' });
  for (const path of [join(folder, 'pearlctl.ini'), join(folder, 'file', 'pearlctl.ini')]) {
    const error = await readConfigFile(path).catch((caught) => caught);
    t.match(error, { code: 'CONFIG_MISSING', exitCode: 78, hint: /pearlctl init/ });
    t.ok(error.message.includes(path));
  }
});

t.test('an error in the file names the file and the line', async (t) => {
  const file = join(t.testdir({ 'pearlctl.ini': 'network = devnet\nfoo\n' }), 'pearlctl.ini');
  await t.rejects(loadConfig(resolvePaths({ config: file })), { code: 'CONFIG_SYNTAX', line: 2, origin: file });
});

t.test('a folder, a pipe and a device are no configuration, and nothing waits for them', async (t) => {
  const folder = t.testdir({});
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [folder, pipe, '/dev/zero']) {
    await t.rejects(readConfigFile(path), { code: 'CONFIG_UNREADABLE', exitCode: 77, message: /no file/ }, path);
  }
});

t.test('a file that is too large or no UTF-8 is refused', async (t) => {
  const folder = t.testdir({ large: 'x'.repeat(65537), latin: Buffer.from('a = b\r\n; \xe9\n', 'latin1') });
  await t.rejects(readConfigFile(join(folder, 'large')), { code: 'CONFIG_SYNTAX', line: null, message: /64 KiB/ });
  await t.rejects(readConfigFile(join(folder, 'latin')), { code: 'CONFIG_SYNTAX', line: 2, message: /UTF-8/ });
});

t.test(
  'a file that may not be read is refused with the reason',
  { skip: isRoot && 'root may read everything' },
  async (t) => {
    const file = join(t.testdir({ 'pearlctl.ini': text }), 'pearlctl.ini');
    chmodSync(file, 0);
    await t.rejects(readConfigFile(file), { code: 'CONFIG_UNREADABLE', message: /permission denied/ });
  },
);

t.test('root trusts no file that another account can change', { skip: !isRoot && 'needs root' }, async (t) => {
  const folder = t.testdir({ 'pearlctl.ini': text });
  const file = join(folder, 'pearlctl.ini');
  chmodSync(folder, 0o755);
  chmodSync(file, 0o640);
  t.equal(await readConfigFile(file), text);
  for (const mode of [0o660, 0o602]) {
    chmodSync(file, mode);
    await t.rejects(readConfigFile(file), { code: 'CONFIG_UNREADABLE', exitCode: 77, hint: /chmod go-w/ });
    t.equal(await readConfigFile(file, 1000), text, 'any other account reads it');
  }
  chmodSync(file, 0o600);
  chmodSync(folder, 0o777);
  await t.rejects(readConfigFile(file), { code: 'CONFIG_UNREADABLE', message: /folder/ });
  chmodSync(folder, 0o1777);
  t.equal(await readConfigFile(file), text, 'a sticky folder protects it');
  chownSync(file, 12345, 12345);
  await t.rejects(readConfigFile(file), { code: 'CONFIG_UNREADABLE', hint: /chown root/ });
});

t.test('a home that is missing altogether reads as never configured', async (t) => {
  const home = join(t.testdir({}), 'none');
  await t.rejects(loadConfig(resolvePaths({ env: { PEARLCTL_HOME: home } })), { code: 'CONFIG_MISSING' });
  mkdirSync(home);
  writeFileSync(join(home, 'pearlctl.ini'), text);
  t.equal((await loadConfig(resolvePaths({ env: { PEARLCTL_HOME: home } }))).network, 'devnet');
});
