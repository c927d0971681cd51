// The doctor over a service of a real systemd: well, and with faults that people really make.
import t from 'tap';
import type { DoctorModel } from '../../src/doctor/report.ts';
import { Box, until, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, type Status, statusOf } from './product.ts';

t.test('the doctor sees what is wrong with a service', { skip: whyNoBox(), timeout: 300_000 }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['mkdir', '/etc/pearlctl']);
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
  await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
  t.equal((await pearlctl(box, 'install', '--yes', '--json')).exitCode, 0);
  await until<Status | null>('work', async () => {
    const now = await statusOf((command) => box.exec(command));
    return now.state === 'running' && now.job !== null ? now : null;
  });

  const examine = async (...ids: string[]) => {
    const { stdout, exitCode } = await pearlctl(box, 'doctor', '--json', ...ids);
    const { checks, scope } = JSON.parse(stdout) as DoctorModel;
    return { exitCode, scope, found: Object.fromEntries(checks.map((check) => [check.id, check])) };
  };

  await t.test('an installed service that mines is well', async (t) => {
    const { exitCode, scope, found } = await examine();
    t.equal(exitCode, 0, JSON.stringify(found, null, 1));
    t.equal(scope, 'system');
    const well = ['platform', 'node', 'addon', 'version', 'configuration', 'wallet', 'applied', 'service', 'boot'];
    for (const id of [...well, 'hardening', 'supervisor', 'gateway', 'upstream']) {
      t.match(found[id], { status: 'ok' }, id);
    }
    t.match(found.logs, { fact: /^journal, / });
    t.match(found.clock, { status: /^(ok|warning)$/ }, 'timedatectl was understood');
    t.match(found.sleep, { status: 'ok' }, 'logind was understood');
  });

  await t.test('a drop-in that takes the locks off is noticed', async (t) => {
    await box.run(['mkdir', '-p', '/etc/systemd/system/pearlctl.service.d']);
    const loose =
      'ProtectSystem=no ProtectHome=no PrivateDevices=no NoNewPrivileges=no SystemCallFilter= CapabilityBoundingSet=~';
    const more = 'RestrictNamespaces=no PrivateTmp=no ProtectKernelModules=no RestrictAddressFamilies= User=root';
    const lines = `[Service]\n${`${loose} ${more}`.replaceAll(' ', '\n')}\n`;
    await box.run(['tee', '/etc/systemd/system/pearlctl.service.d/loose.conf'], { input: lines });
    await box.run(['systemctl', 'daemon-reload']);
    t.match((await examine('hardening')).found.hardening, { status: 'warning', fact: /exposure [3-9]/ });
    await box.run(['rm', '-r', '/etc/systemd/system/pearlctl.service.d']);
    await box.run(['systemctl', 'daemon-reload']);
  });

  await t.test('disabled, changed by hand, stopped, masked', async (t) => {
    await box.run(['systemctl', 'disable', 'pearlctl']);
    t.match((await examine('boot')).found.boot, { status: 'warning', fix: 'pearlctl enable' });
    await box.run(['sed', '-i', 's/^RestartSec=.*/RestartSec=99/', '/etc/systemd/system/pearlctl.service']);
    await box.run(['systemctl', 'daemon-reload']);
    t.match((await examine('service')).found.service, {
      status: 'warning',
      fact: /differs/,
      fix: 'pearlctl install',
    });
    t.equal((await pearlctl(box, 'install', '--yes')).exitCode, 0, 'what it says to type mends it');
    t.match((await examine('service', 'boot')).found, { service: { status: 'ok' }, boot: { status: 'ok' } });
    t.equal((await pearlctl(box, 'stop')).exitCode, 0);
    const stopped = (await examine('service', 'supervisor')).found;
    t.match(stopped, { service: { status: 'warning', fix: 'pearlctl start' }, supervisor: { status: 'skipped' } });
    await box.run(['mv', '/etc/systemd/system/pearlctl.service', '/root/']);
    await box.run(['systemctl', 'mask', 'pearlctl']);
    const masked = await examine('boot');
    t.match(masked, { exitCode: 1, found: { boot: { status: 'problem', fact: /masked/ } } });
  });
});
