// A program that a package of the distribution owns: its unit is used as it is, nothing is copied, and beside a pearlctl from npm each
// says what it finds instead of starting a second miner.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { PRODUCT, pearlctl, statusOf } from './product.ts';

const FOLDER = '/usr/lib/pearlctl';
const NODE = `${FOLDER}/bin/pearlctl`;
const SCRIPT = `${FOLDER}/pearlctl.mjs`;
const UNIT = '/usr/lib/systemd/system/pearlctl.service';
const DROP_IN = '/etc/systemd/system/pearlctl.service.d/50-pearlctl.conf';

/** The folder of a package, but for its Node. */
function layPackage(folder: string): string {
  mkdirSync(folder);
  for (const name of ['package.json', 'templates']) cpSync(name, join(folder, name), { recursive: true });
  cpSync('dist/bundle', folder, { recursive: true });
  cpSync('dist/page', join(folder, 'page'), { recursive: true });
  for (const name of readdirSync('dist/native').filter((file) => file.endsWith('.node')))
    cpSync(join('dist/native', name), join(folder, name));
  writeFileSync(join(folder, 'owner'), 'deb\n');
  return folder;
}

t.setTimeout(400_000);

t.test('a package’s own unit', { skip: whyNoBox(), timeout: 400_000 }, async (t) => {
  const box = await Box.create({ ...PRODUCT, '/opt/package': layPackage(join(t.testdir(), 'package')) });
  t.teardown(() => box.down());
  await box.boot();
  const packaged = (...args: string[]) => box.exec([NODE, SCRIPT, ...args]);
  const mode = (path: string) => box.run(['stat', '-c', '%a %U:%G', path]);
  const answers = async (result: ReturnType<typeof packaged>, exitCode: number, words: RegExp) => {
    const { stdout, stderr, ...got } = await result;
    t.equal(got.exitCode, exitCode, stderr);
    t.match(stdout + stderr, words);
  };
  const mining = () =>
    until('the service to mine', async () => {
      const status = await statusOf((command) => box.exec(command));
      return status.state === 'running' && status.job !== null && status;
    });
  // What the package's own scripts do.
  await box.run(['cp', '-r', '/opt/package', FOLDER]);
  await box.run(['mkdir', `${FOLDER}/bin`]);
  await box.run(['ln', '-s', '/usr/bin/node', NODE]);
  await box.run(['useradd', '--system', '--no-create-home', '--home-dir', '/var/lib/pearlctl', 'pearlctl']);
  await answers(pearlctl(box, 'render', 'systemd', '--program', SCRIPT), 2, /absolute paths of both/);
  const unit = await pearlctl(box, 'render', 'systemd', '--scope', 'system', '--program', SCRIPT, '--node', NODE);
  t.match(
    unit.stdout,
    /^ExecStart=\/usr\/lib\/pearlctl\/bin\/pearlctl .*\/usr\/lib\/pearlctl\/pearlctl\.mjs supervise /m,
  );
  const unpack = async () => {
    await box.run(['tee', UNIT], { input: unit.stdout });
    await box.run(['systemctl', 'daemon-reload']);
  };
  await unpack();

  t.equal((await packaged('status')).exitCode, 4, 'nothing is configured');
  await answers(packaged('init', '--yes', '--network', 'devnet'), 0, /install/);
  t.equal(await mode('/etc/pearlctl'), '755 root:root');
  t.equal(await mode('/etc/pearlctl/pearlctl.ini'), '640 root:pearlctl', 'the service’s account may read it');

  await t.test('install gives rights, enables and starts; nothing is copied', async (t) => {
    const { plan, steps } = JSON.parse((await packaged('install', '--dry-run', '--json')).stdout);
    t.match(plan, { service: 'pearlctl.service', nodeNote: /deb package: nothing is copied/ });
    t.same(
      steps.filter(({ kind }: { kind: string }) => ['runtime', 'link', 'file', 'account'].includes(kind)),
      [],
    );
    await answers(packaged('install', '--yes'), 0, /has work/);
    const status = await mining();
    t.match(status.service, { enabled: true, active: true, drift: [] });
    t.equal((await box.exec(['ls', '/usr/local/lib/pearlctl', '/etc/systemd/system/pearlctl.service'])).exitCode, 2);
    await answers(packaged('install', '--yes'), 0, /installed as it should be/);
    await answers(packaged('doctor', 'service', '--json'), 0, /of the deb package, active/);
    await answers(packaged('doctor', 'node'), 0, /of the service, \/usr\/lib\/pearlctl\/bin\/pearlctl/);
  });

  await t.test('only its manager replaces it, and another pearlctl does not hide it', async () => {
    await answers(packaged('upgrade', '--yes'), 77, /Type: sudo apt-get install --only-upgrade pearlctl/);
    await answers(packaged('rollback', '--yes'), 77, /Type: sudo apt-get install --only-upgrade pearlctl/);
    await answers(pearlctl(box, 'install', '--yes'), 78, /is of the deb package.*\n.*apt-get remove pearlctl/);
  });

  await t.test('what the configuration asks of systemd goes into a drop-in', async (t) => {
    await box.run([NODE, SCRIPT, 'config', 'set', 'service.cpu_weight', '50']);
    await answers(packaged('doctor', 'service', '--json'), 0, /50-pearlctl\.conf differs/);
    await answers(packaged('install', '--yes'), 0, /has work/);
    t.match(await box.run(['cat', DROP_IN]), /written by pearlctl [\s\S]*\[Service\]\nCPUWeight=50$/);
    t.equal(await box.run(['systemctl', 'show', '-P', 'CPUWeight', 'pearlctl']), '50');
    t.match((await mining()).service, { drift: [], dropIns: [] }, 'it is ours, not the administrator’s');
    const theirs = join(dirname(DROP_IN), 'loose.conf');
    const loose = ['User=root', 'ProtectSystem=no', 'ProtectHome=no', 'NoNewPrivileges=no', 'SystemCallFilter='];
    await box.run(['tee', theirs], { input: ['[Service]', ...loose, 'CapabilityBoundingSet=~', ''].join('\n') });
    await box.run(['systemctl', 'daemon-reload']);
    await answers(packaged('doctor', 'hardening', '--json'), 0, new RegExp(`exposure [3-9].*, changed by ${theirs}`));
    await box.run(['rm', theirs]);
    await box.reboot();
    await mining();
  });

  await t.test('uninstall leaves what is the package’s', async (t) => {
    await answers(packaged('uninstall', '--yes'), 0, /The program stays\. Type: sudo apt-get remove pearlctl/);
    t.equal((await box.exec(['systemctl', 'is-enabled', 'pearlctl'])).stdout, 'disabled');
    t.equal((await box.exec(['ls', DROP_IN])).exitCode, 2);
    await box.run(['ls', UNIT, SCRIPT]);
    await box.run(['id', 'pearlctl']);
    await answers(packaged('uninstall', '--yes'), 0, /Nothing of pearlctl\.service is installed/);
  });

  await t.test('from npm to the package: told, and then one service', async (t) => {
    await box.run(['rm', UNIT]);
    await box.run(['systemctl', 'daemon-reload']);
    t.equal((await pearlctl(box, 'install', '--yes')).exitCode, 0);
    await unpack();
    await answers(packaged('install', '--yes'), 78, /is of another pearlctl.*\n.*uninstall/);
    t.match((await mining()).service?.drift.join(), /hides the deb package’s/);
    await answers(packaged('uninstall', '--yes'), 0, /It is gone/);
    await box.run(['id', 'pearlctl']);
    t.equal((await box.exec(['ls', '/etc/systemd/system/pearlctl.service'])).exitCode, 2);
    await answers(packaged('install', '--yes'), 0, /has work/);
    t.equal((await box.run(['pgrep', '-fc', 'pearlctl.mjs supervise'])).trim(), '1');
    await answers(packaged('uninstall', '--purge', '--yes'), 0, /The program stays/);
    t.equal((await box.exec(['ls', '-d', '/etc/pearlctl', '/var/lib/pearlctl', `${DROP_IN}/..`])).stdout, '');
  });
});
