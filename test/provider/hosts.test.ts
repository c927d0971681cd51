// The library in programs that are not plain Node with ES modules: CommonJS, Electron, a program with Node inside.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import { walletFromProgram } from '../../src/protocol/wallet.ts';
import { nodeProgram } from '../../src/provider/node-program.ts';
import { homeOf } from './home.ts';

type Library = typeof import('../../src/index.ts');
const library = (await import(new URL('../../dist/bundle/index.mjs', import.meta.url).href)) as Library;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CONFIG = JSON.stringify({
  provider: 'cpu-pearl',
  wallet_address: walletFromProgram(Buffer.alloc(32, 7), 'devnet'),
  network: 'devnet',
  threads: 1,
  extra: { gateway_port: 0, metrics_port: 0 },
});

/** A folder in which `pearlctl` is installed for what lies there. */
function project(t: import('tap').Test): string {
  const folder = t.testdir();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'pearlctl'));
  return folder;
}

t.test('CommonJS requires it, with no warning', async (t) => {
  const folder = project(t);
  writeFileSync(
    join(folder, 'main.cjs'),
    `const { CpuPearlProvider, VERSION } = require('pearlctl'); console.log(typeof CpuPearlProvider, VERSION);`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'main.cjs')], { encoding: 'utf8' });
  t.match({ status, stdout, stderr }, { status: 0, stdout: `function ${library.VERSION}\n`, stderr: '' });
});

/**
 * A program as Electron is: its own application, unless ELECTRON_RUN_AS_NODE is set. The application is opened a second time by what
 * starts it without that.
 */
t.test('in Electron the supervisor and its children run as Node, and no second application opens', async (t) => {
  const folder = project(t);
  const home = homeOf(t, (path) => new library.CpuPearlProvider({ home: path }).stop());
  const application = join(folder, 'application');
  const opened = join(folder, 'opened-again');
  writeFileSync(
    application,
    `#!/bin/sh\n[ "$ELECTRON_RUN_AS_NODE" = 1 ] || { echo "$@" >> '${opened}'; exit 0; }\nexec '${process.execPath}' "$@"\n`,
  );
  chmodSync(application, 0o755);
  writeFileSync(
    join(folder, 'main.cjs'),
    `Object.defineProperty(process.versions, 'electron', { value: '40.0.0' });
    Object.defineProperty(process, 'execPath', { value: ${JSON.stringify(application)} });
    const { CpuPearlProvider } = require('pearlctl');
    const provider = new CpuPearlProvider({ home: ${JSON.stringify(home)} });
    provider.start(${CONFIG}).then(() => {
      console.log('started', provider.isRunning());
      return provider.stop();
    }).then(() => console.log('stopped', !provider.isRunning()), (error) => console.log(error.code, error.message));`,
  );
  const { stdout } = await execa(process.execPath, [join(folder, 'main.cjs')], { reject: false, timeout: 80_000 });
  t.same(stdout.split('\n'), ['started true', 'stopped true']);
  t.notOk(existsSync(opened));
});

t.test('nodePath names the Node; one that does not start is told, and leaves nothing locked', async (t) => {
  const folder = t.testdir();
  const home = homeOf(t, (path) => new library.CpuPearlProvider({ home: path }).stop());
  const node = join(folder, 'another node');
  const used = join(folder, 'used');
  writeFileSync(node, `#!/bin/sh\n: > '${used}'\nexec '${process.execPath}' "$@"\n`);
  chmodSync(node, 0o755);
  const nowhere = new library.CpuPearlProvider({ home, nodePath: join(folder, 'nowhere') });
  await t.rejects(nowhere.start(JSON.parse(CONFIG)), { code: 'CHILD_FAILED', message: /nowhere cannot be started/ });
  t.notOk(nowhere.isRunning());
  const provider = new library.CpuPearlProvider({ home, nodePath: node });
  await provider.start(JSON.parse(CONFIG));
  t.ok(existsSync(used));
  await provider.stop();
});

t.test('a program that holds Node and cannot become it is refused before it is started', async (t) => {
  const host = { execPath: '/opt/app/app', versions: { node: '22.0.0' }, isSingleFile: false };
  t.match(nodeProgram(undefined, host), { node: '/opt/app/app', env: {} });
  const electron = { ...host, versions: { ...host.versions, electron: '40.0.0' } };
  t.match(nodeProgram(undefined, electron), { node: '/opt/app/app', env: { ELECTRON_RUN_AS_NODE: '1' } });
  t.match(nodeProgram('/usr/bin/node', electron), { node: '/usr/bin/node', env: {} });
  for (const other of [
    { ...host, isSingleFile: true },
    { ...host, versions: { ...host.versions, nw: '0.90.0' } },
  ]) {
    t.throws(() => nodeProgram(undefined, other), { code: 'INPUT_INVALID', hint: /nodePath/ });
    t.match(nodeProgram('/usr/bin/node', other), { node: '/usr/bin/node' });
  }
});
