// The doctor over a service of a real systemd: well, and with faults that people really make.
import t from 'tap';
import type { DoctorModel } from '../../src/doctor/doctor-report.ts';
import { expectShown, show } from '../doctor/shown.ts';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { noHugePages, WITHOUT_HUGE_PAGES } from './huge-pages.ts';
import { CONFIG, PEARLCTL, PRODUCT, pearlctl, productAs, type Status, statusOf } from './product.ts';

t.setTimeout(400_000);

t.test('the doctor sees what is wrong with a service', { skip: whyNoBox(), timeout: 400_000 }, async (t) => {
  const newer = productAs('9.9.9', t.testdir(), false);
  const launcher = { '/usr/local/lib/without-huge-pages.py': WITHOUT_HUGE_PAGES };
  const box = await Box.create({ ...PRODUCT, ...newer.seed, ...launcher });
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['mkdir', '/etc/pearlctl']);
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
  await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
  t.equal((await pearlctl(box, 'install', '--yes', '--json')).exitCode, 0);
  const mining = () =>
    until<Status | null>('work', async () => {
      const now = await statusOf((command) => box.exec(command));
      return now.state === 'running' && now.job !== null ? now : null;
    });
  await mining();

  const read = ({ stdout, exitCode }: { stdout: string; exitCode?: number | undefined }) => {
    const { checks, scope } = JSON.parse(stdout) as DoctorModel;
    for (const { id, status } of checks) show(id, status);
    return { exitCode, scope, found: Object.fromEntries(checks.map((check) => [check.id, check])) };
  };
  const examine = async (...ids: string[]) => read(await pearlctl(box, 'doctor', '--json', ...ids));

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
    for (const id of ['addon', 'processor', 'disk', 'configuration', 'node']) {
      t.match(found[id], { asUser: 'pearlctl' }, `${id} was asked as the account that mines`);
    }
    t.match(found.secrets, { asUser: null }, 'systemd itself reads passwords, as root');
  });

  await t.test('what root may and the service may not is found, asked as the service', async (t) => {
    const root = '/usr/local/lib/pearlctl';
    await box.run(['chown', 'root:root', '/var/lib/pearlctl']);
    t.match((await examine('disk')).found.disk, { status: 'problem', fact: /written by pearlctl/, fix: /chown/ });
    await box.run(['chown', 'pearlctl:pearlctl', '/var/lib/pearlctl']);

    const owner = (await box.run(['stat', '-c', '%U:%G', '/etc/pearlctl/pearlctl.ini'])).trim();
    await box.run(['chown', 'root:root', '/etc/pearlctl/pearlctl.ini']);
    t.match((await examine('configuration')).found.configuration, { status: 'problem', fact: /EACCES|permission/i });
    await box.run(['chown', owner, '/etc/pearlctl/pearlctl.ini']);

    // Each of these is mended by what the finding says to type.
    const mended = async (id: string) => {
      t.equal((await pearlctl(box, 'install', '--yes')).exitCode, 0);
      t.match((await examine(id)).found[id], { status: 'ok' }, `${id} is mended`);
    };
    await box.run(['sh', '-c', `chmod 600 ${root}/current/*.node`]);
    const fix = /^sudo \S.* install/;
    t.match((await examine('addon')).found.addon, { status: 'problem', fact: /cannot be loaded/, fix });
    await mended('addon');
    await box.run(['chmod', '700', root]);
    const closed = { status: 'problem', fact: /does not run as pearlctl/, fix };
    t.match((await examine('node')).found.node, closed);
    await mended('node');
    await box.run(['rm', `${root}/current/bin/pearlctl`]);
    t.match((await examine('node')).found.node, closed, 'its own Node is gone');
    await mended('node');
    t.match((await examine('node', 'addon', 'disk', 'configuration')).exitCode, 0);
    const { stdout } = await pearlctl(box, 'doctor', 'disk');
    t.match(stdout, /\(asked as pearlctl\)/);
  });

  await t.test(
    'a machine that falls asleep, a journal that forgets, another supervisor, another version',
    async (t) => {
      await box.run(['mkdir', '-p', '/etc/systemd/logind.conf.d']);
      await box.run(['tee', '/etc/systemd/logind.conf.d/sleepy.conf'], { input: '[Login]\nIdleAction=suspend\n' });
      await box.run(['systemctl', 'restart', 'systemd-logind']);
      const awake = /logind\.conf\.d\/zz-awake\.conf, then: sudo systemctl kill --signal=HUP systemd-logind$/;
      t.match((await examine('sleep')).found.sleep, { status: 'warning', fact: /suspend/, fix: awake });
      const lines = '[Login]\nIdleAction=ignore\n';
      await box.run(['tee', '/etc/systemd/logind.conf.d/zz-awake.conf'], { input: lines });
      await box.run(['systemctl', 'kill', '--signal=HUP', 'systemd-logind']);
      await until('logind to have read it', async () => (await examine('sleep')).found.sleep?.status === 'ok');

      t.match((await examine('logs')).found.logs, { status: 'ok', fact: /kept over reboots.*at most/ });
      // With the box's own setting journald makes the folder again, at any line of a new user.
      await box.run(['rm', '/etc/systemd/journald.conf.d/box.conf']);
      await box.run(['systemctl', 'restart', 'systemd-journald']);
      await box.run(['mv', '/var/log/journal', '/var/log/journal.away']);
      await box.run(['systemctl', 'restart', 'systemd-journald']);
      const fix = 'sudo mkdir /var/log/journal && sudo systemctl restart systemd-journald';
      t.match((await examine('logs')).found.logs, { status: 'warning', fact: /lost at each reboot/, fix });
      await box.run(['mkdir', '/var/log/journal']);
      await box.run(['systemctl', 'restart', 'systemd-journald']);
      t.match((await examine('logs')).found.logs, { status: 'ok' });

      t.match((await examine('doubles')).found.doubles, { status: 'ok' });
      await box.run(['mkdir', '/root/second']);
      await box.run(['tee', '/root/second/pearlctl.ini'], { input: CONFIG() });
      await box.run(['chmod', '600', '/root/second/pearlctl.ini']);
      const home = '--setenv=PEARLCTL_HOME=/root/second';
      await box.run(['systemd-run', '--unit=second', home, ...PEARLCTL, 'supervise', '--scope', 'user']);
      const double = await until('the second supervisor', async () => {
        const { doubles } = (await examine('doubles')).found;
        return doubles?.status === 'warning' ? doubles : null;
      });
      t.match(double, { fact: /another instance runs/ });
      await box.run(['systemctl', 'stop', 'second']);

      const skewed = read(await box.exec([...newer.command, 'doctor', '--json', 'version']));
      t.match(skewed.found.version, { status: 'warning', fact: /runs, this is 9\.9\.9/, fix: 'pearlctl install' });
    },
  );

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

  await t.test(
    'a drop-in that takes the huge pages away is noticed while the service mines',
    { skip: noHugePages },
    async (t) => {
      const folder = '/etc/systemd/system/pearlctl.service.d';
      const started = await box.run(['sed', '-n', 's/^ExecStart=//p', '/etc/systemd/system/pearlctl.service']);
      const without = `/usr/bin/python3 /usr/local/lib/without-huge-pages.py ${started}`;
      await box.run(['mkdir', '-p', folder]);
      await box.run(['tee', `${folder}/thp.conf`], { input: `[Service]\nExecStart=\nExecStart=${without}\n` });
      await box.run(['systemctl', 'daemon-reload']);
      await box.run(['systemctl', 'restart', 'pearlctl']);
      await mining();
      t.match((await examine('huge-pages')).found['huge-pages'], {
        status: 'warning',
        fact: /^the miner \(process \d+\) was started without huge pages/,
        fix: /^systemctl cat pearlctl\.service .*, then: pearlctl restart$/,
      });
      await box.run(['rm', '-r', folder]);
      await box.run(['systemctl', 'daemon-reload']);
      t.equal((await pearlctl(box, 'restart')).exitCode, 0);
      await mining();
      t.match((await examine('huge-pages')).found['huge-pages'], { status: 'ok' });
    },
  );

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

  await t.test('each of these was seen well and with a fault', async (t) => {
    expectShown(t, 'systemd/doctor.test.ts');
  });
});
