// The checks of the program and of the configuration, each with its fault and without it.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PearlError } from '../../../src/base/errors.ts';
import { VERSION } from '../../../src/base/version.ts';
import { addon } from '../../../src/doctor/checks/addon-check.ts';
import { applied } from '../../../src/doctor/checks/applied-check.ts';
import { configuration } from '../../../src/doctor/checks/configuration-check.ts';
import { node, OLDEST_NODE } from '../../../src/doctor/checks/node-check.ts';
import { secrets } from '../../../src/doctor/checks/secrets-check.ts';
import { version } from '../../../src/doctor/checks/version-check.ts';
import { wallet } from '../../../src/doctor/checks/wallet-check.ts';
import { loadAddon } from '../../../src/native/load-addon.ts';
import type { Native } from '../../../src/native/native.ts';
import { walletFromProgram } from '../../../src/protocol/wallet.ts';
import { WALLET } from '../../supervisor/stage.ts';
import { expectShown } from '../shown.ts';
import { DEVNET, findingOf, pretendToSupervise, scene } from '../stage.ts';

const POOL = `[miner]\nwallet = ${walletFromProgram(new Uint8Array(32).fill(7), 'mainnet')}\n[pool]\nurl[] = stratum+tcp://127.0.0.1:9\n`;

t.test('node: this one is new enough, an old one is not, and the limit is that of package.json', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(node, scene(home)), { status: 'ok' });
  for (const nodeVersion of ['18.20.0', '20.18.9']) {
    t.match(await findingOf(node, scene(home, { program: { nodeVersion } })), { status: 'problem', fix: /20\.19/ });
  }
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  t.equal(manifest.engines.node, `>=${OLDEST_NODE}`);
});

t.test('addon: it loads here, and one that is nowhere is told by the loader’s own words', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(addon, scene(home)), { status: 'ok', fact: `native addon ${VERSION}` });
  const nowhere = () => loadAddon([`${home}/`], VERSION) as unknown as Native;
  t.match(await findingOf(addon, scene(home, { native: nowhere })), {
    status: 'problem',
    fact: /cannot be loaded/,
    fix: /build:native/,
  });
});

t.test('version: the running supervisor’s and ours', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(version, scene(home)), { status: 'skipped' });
  pretendToSupervise(home, { version: VERSION });
  t.match(await findingOf(version, scene(home)), { status: 'ok' });
  pretendToSupervise(home, { version: '0.0.1' });
  t.match(await findingOf(version, scene(home)), { status: 'warning', fact: /version 0\.0\.1 runs/ });
});

t.test('configuration: fine, missing, unreadable lines, several problems, and open to others', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(configuration, scene(home)), { status: 'problem', fix: /pearlctl init/ });
  t.match(await findingOf(configuration, scene(home, { config: DEVNET })), { status: 'ok' });
  t.match(await findingOf(configuration, scene(home, { config: '[miner' })), { status: 'problem', fact: /line 1/ });
  const twice = `${DEVNET}[logs]\nlevel = loud\nfiles = 0\n`;
  t.match(await findingOf(configuration, scene(home, { config: twice })), {
    status: 'problem',
    fact: /line 8.*1 more/,
  });
  scene(home, { config: DEVNET });
  chmodSync(join(home, 'pearlctl.ini'), 0o666);
  t.match(
    await findingOf(configuration, scene(home)),
    { status: /^(warning|problem)$/, fix: /chmod/ },
    'root refuses it',
  );
});

t.test('wallet: valid, mistyped, of another network, and unknown while the file cannot be read', async (t) => {
  const home = t.testdir();
  const finding = (config: string) => findingOf(wallet, scene(home, { config }));
  t.match(await finding(DEVNET), { status: 'ok', fact: /worth nothing/ });
  t.notMatch((await finding(DEVNET)).fact, WALLET, 'not in full');
  const typo = WALLET.replace(/.$/, WALLET.endsWith('q') ? 'p' : 'q');
  t.match(await finding(DEVNET.replace(WALLET, typo)), { status: 'problem', fact: /checksum/ });
  t.match(await finding(DEVNET.replace('devnet', 'mainnet')), { status: 'problem', fact: /prefix rprl/ });
  t.match(await finding('[miner'), { status: 'skipped' });
});

t.test('secrets: none needed, there, missing, and open to others', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(secrets, scene(home, { config: DEVNET })), { status: 'ok' });
  const file = join(home, 'password');
  const config = `${POOL}password_file = ${file}\n`;
  t.match(await findingOf(secrets, scene(home, { config })), { status: 'problem', fact: /cannot be read/ });
  writeFileSync(file, 'hunter2hunter2\n', { mode: 0o600 });
  const good = await findingOf(secrets, scene(home, { config }));
  t.match(good, { status: 'ok', fact: "the pool's password" });
  chmodSync(file, 0o644);
  t.match(await findingOf(secrets, scene(home, { config })), { status: 'problem', fix: /chmod 600/ });
});

t.test('applied: a running supervisor is compared with the file', async (t) => {
  const home = t.testdir();
  t.match(await findingOf(applied, scene(home, { config: DEVNET })), { status: 'skipped' });
  pretendToSupervise(home);
  t.match(await findingOf(applied, scene(home, { config: DEVNET })), { status: 'ok' });
  const changed = DEVNET.replace('port = 0', 'port = 8400').replace(
    WALLET,
    walletFromProgram(new Uint8Array(32), 'devnet'),
  );
  t.match(await findingOf(applied, scene(home, { config: changed })), {
    status: 'warning',
    fact: 'changed, and not in force before a reload: [miner] wallet, [gateway] port',
    fix: 'pearlctl reload',
  });
  const all = `${changed}[service]\nmemory_max = 2G\n[logs]\nmax_size = 1M\n`;
  const late = (when: string) => `changed, and not in force before a reload: [miner] wallet, [gateway] port; ${when}`;
  t.match(await findingOf(applied, scene(home, { config: all })), {
    status: 'warning',
    fact: late('before a restart: [logs] max_size'),
    fix: /^pearlctl stop, /,
  });
  const service = { manager: 'systemd', enabled: true, active: true, starts_at: 'boot', drift: [] };
  pretendToSupervise(home, { service });
  t.match(await findingOf(applied, scene(home, { config: all })), {
    status: 'warning',
    fact: late('before a restart: [service] memory_max, [logs] max_size'),
    fix: 'pearlctl install',
  });
  const level = `${DEVNET}[logs]\nlevel = debug\n`;
  t.match(await findingOf(applied, scene(home, { config: level })), { status: 'warning', fix: 'pearlctl restart' });
  for (const other of [{ version: '0.0.1' }, { config_in_force: null }]) {
    pretendToSupervise(home, other);
    t.match(await findingOf(applied, scene(home, { config: DEVNET })), {
      status: 'skipped',
      fact: /cannot be compared/,
    });
  }
  pretendToSupervise(home);
  writeFileSync(join(home, 'run', 'lock'), '12\n');
  t.match(await findingOf(applied, scene(home, { config: DEVNET })), {
    status: 'skipped',
    fact: /lock cannot be read/,
  });
  pretendToSupervise(home, { config_file: '/elsewhere.ini' });
  t.match(await findingOf(applied, scene(home, { config: DEVNET })), { status: 'warning', fact: /elsewhere/ });
});

t.test('an error with a code becomes a problem with its hint, whichever check meets it', async (t) => {
  const broken = () => {
    throw new PearlError('NATIVE_MISMATCH', 'It is of another version.', { hint: 'Build it again.' });
  };
  t.match(await findingOf(addon, scene(t.testdir(), { native: broken })), {
    status: 'problem',
    fact: 'It is of another version',
    fix: 'Build it again',
  });
});

t.test('each of these checks was shown well and with a fault', { skip: process.platform !== 'linux' }, async (t) => {
  expectShown(t, 'doctor/checks/program.test.ts');
});
