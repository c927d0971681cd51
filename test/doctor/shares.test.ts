// No check is left out: each is shown well and ill, and whatever the doctor before ours looks at on a CPU host, ours does.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { VERSION } from '../../src/base/version.ts';
import { CHECKS } from '../../src/doctor/all-checks.ts';
import { loadAddon } from '../../src/native/load-addon.ts';
import type { Native } from '../../src/native/native.ts';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { freePort } from '../fixtures/free-port.ts';
import { NODE_PASSWORD, TestNode } from '../gateway/external/test-node.ts';
import { WALLET } from '../supervisor/stage.ts';
import { SHARES } from './shown.ts';
import { DEVNET, findingOf, pretendToSupervise, type SceneOptions, scene } from './stage.ts';

t.test('every check is shown well and ill by a test file that is there and looks', async (t) => {
  const shown = new Set(Object.values(SHARES).flat());
  t.same([...shown].sort(), CHECKS.map(({ id }) => id).sort());
  for (const file of Object.keys(SHARES)) {
    const path = join(import.meta.dirname, '..', file);
    t.ok(existsSync(path), file);
    t.match(readFileSync(path, 'utf8'), `expectShown(t, '${file}'`, `${file} settles its share`);
  }
});

t.test('every check is shown well and ill by the built program, over faults that are there', async (t) => {
  const whole = Object.entries(SHARES).filter(([file]) => /^(cli|systemd)\//.test(file));
  const shown = new Set(whole.flatMap(([, ids]) => ids));
  t.same([...shown].sort(), CHECKS.map(({ id }) => id).sort());
});

t.test('ids are short, plain and unique, and questions fit a line', async (t) => {
  t.equal(new Set(CHECKS.map(({ id }) => id)).size, CHECKS.length);
  for (const { id, question } of CHECKS) {
    t.match(id, /^[a-z]+(-[a-z]+)*$/);
    t.ok(id.length <= 15 && question.length <= 60 && !question.endsWith('.'), id);
  }
});

const MAINNET = walletFromProgram(new Uint8Array(32).fill(7), 'mainnet');
const withWallet = (wallet: string): SceneOptions => ({
  config: `[miner]\nwallet = ${wallet}\n[pool]\nurl[] = stratum+tcp://127.0.0.1:9\n`,
});

interface Row {
  /** The row of OpenJarvis' `jarvis mine doctor` that a CPU host has (the others ask for a GPU or for Docker). */
  readonly row: string;
  /** Our check that answers it. */
  readonly id: string;
  readonly well: SceneOptions;
  /** Everything that fails there has to fail here. */
  readonly ill: readonly SceneOptions[];
}

t.test('what the reference’s doctor checks on a CPU host is a subset of ours', async (t) => {
  const node = await TestNode.start();
  t.teardown(() => node.stop());
  const nodeConfig = (url: string, password = NODE_PASSWORD): SceneOptions => ({
    config: `network = regtest\n[miner]\nwallet = ${WALLET}\n[pearld]\nrpc_url = ${url}\nrpc_password_env = PEARLD_RPC_PASSWORD\n`,
    env: { PEARLD_RPC_PASSWORD: password },
  });
  const little = async () => 1 << 20;
  const rows: Row[] = [
    { row: 'Disk / Free space', id: 'disk', well: {}, ill: [{ machine: { freeBytes: little } }] },
    {
      row: 'Pearl node / RPC',
      id: 'node-rpc',
      well: nodeConfig(node.url),
      ill: [nodeConfig(`http://127.0.0.1:${await freePort()}`), nodeConfig(node.url, 'another')],
    },
    {
      row: 'Wallet / Address format',
      id: 'wallet',
      well: withWallet(MAINNET),
      // Empty, another chain's prefix, and too short, as there; and what only a checksum tells.
      ill: ['""', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq', 'prl1q', MAINNET.replace(/.$/, 'b')].map(withWallet),
    },
    {
      row: 'Provider capability / cpu-pearl: platform',
      id: 'platform',
      well: { platform: 'linux', arch: 'x64', files: { '/run/systemd/system/x': '' } },
      ill: [{ platform: 'win32', arch: 'x64' }],
    },
    {
      row: 'Provider capability / cpu-pearl: its packages',
      id: 'addon',
      well: {},
      ill: [{ native: () => loadAddon([`${t.testdirName}/nowhere/`], VERSION) as unknown as Native }],
    },
  ];
  for (const { row, id, well, ill } of rows) {
    const check = CHECKS.find((one) => one.id === id);
    if (check === undefined) {
      t.fail(`${row}: there is no check ${id}`);
      return;
    }
    await t.test(row, async (t) => {
      t.match(await findingOf(check, scene(t.testdir(), well)), { status: /^(ok|warning)$/ }, 'well');
      for (const [index, fault] of ill.entries()) {
        const home = t.testdir();
        const finding = await findingOf(check, scene(home, fault));
        t.match(finding, { status: 'problem', fix: /\S/ }, `fault ${index + 1}: ${finding.fact}`);
      }
    });
  }
  await t.test('Session / Sidecar', async (t) => {
    const check = CHECKS.find(({ id }) => id === 'supervisor');
    if (check === undefined) {
      t.fail('there is no check of the session');
      return;
    }
    const home = t.testdir();
    t.match(await findingOf(check, scene(home, { config: DEVNET })), { status: 'skipped' }, 'absent');
    pretendToSupervise(home);
    t.match(await findingOf(check, scene(home, { config: DEVNET })), { status: 'ok' }, 'present');
  });
});
