// A user's manager where user namespaces are restricted, in a real systemd: its system calls are filtered as RestrictNamespaces= does
// it, so that each unshare(CLONE_NEWUSER) fails. On Ubuntu 24.04 and others, AppArmor or a sysctl has the same effect.
import t from 'tap';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PEARLCTL, PRODUCT, statusOf } from './product.ts';
import { differences } from './traces.ts';

const UID = 4713;

t.setTimeout(300_000);
t.test(
  'where user namespaces are restricted, it installs with what is left of the sandbox',
  { skip: whyNoBox() },
  async (t) => {
    const [box, control] = await Promise.all([Box.create(PRODUCT), Box.create(PRODUCT)]);
    t.teardown(() => Promise.all([box.down(), control.down()]));
    await Promise.all([box.boot(), control.boot()]);
    for (const each of [box, control]) {
      await each.run(['useradd', '--create-home', '--uid', String(UID), 'carol']);
      await each.run(['runuser', '-u', 'carol', '--', 'mkdir', '/home/carol/.config']);
      await each.run(['mkdir', '-p', `/etc/systemd/system/user@${UID}.service.d`]);
      await each.run(['tee', `/etc/systemd/system/user@${UID}.service.d/restricted.conf`], {
        input: '[Service]\nRestrictNamespaces=~user\n',
      });
      await each.run(['systemctl', 'daemon-reload']);
      await each.run(['loginctl', 'enable-linger', 'carol']);
    }
    const carol = (command: readonly string[]) => box.asUser('carol', UID, command);
    const pearlctl = (...args: string[]) => carol([...PEARLCTL, ...args]);
    await box.run(['runuser', '-u', 'carol', '--', 'mkdir', '/home/carol/.config/pearlctl']);
    await box.run(['runuser', '-u', 'carol', '--', 'tee', '/home/carol/.config/pearlctl/pearlctl.ini'], {
      input: CONFIG(),
    });
    const fatal = await carol(['systemd-run', '--user', '--wait', '--quiet', '--property=PrivateUsers=yes', 'true']);
    t.equal(fatal.exitCode, 217, 'the ground is what it should be');

    const plan = await pearlctl('install', '--dry-run');
    const names =
      'PrivateUsers, CapabilityBoundingSet, PrivateDevices, ProtectKernelModules, ProtectKernelLogs, ProtectClock';
    t.ok(plan.stdout.includes(`restricts user namespaces, so that the sandbox lacks ${names}`), plan.stdout);
    t.match(plan.stdout, /sudo .*install --scope system/);
    const installed = await pearlctl('install', '--yes', '--json');
    t.equal(installed.exitCode, 0, installed.stderr);
    t.match(await statusOf(carol), { state: 'running', service: { drift: [] } });
    const doctor = await pearlctl('doctor', 'hardening', 'service', '--json');
    const fact = `of 10 without ${names}, which this machine refuses`;
    t.match(JSON.parse(doctor.stdout).checks, [
      { id: 'service', status: 'ok' },
      { id: 'hardening', fact: new RegExp(fact) },
    ]);
    t.match(
      (await pearlctl('install', '--yes')).stderr,
      /is installed as it should be/,
      'and nothing is to be changed',
    );

    // What an administrator adds meets the same wall, and then the code is explained.
    await carol(['mkdir', '-p', '/home/carol/.config/systemd/user/pearlctl.service.d']);
    const dropIn = '/home/carol/.config/systemd/user/pearlctl.service.d/more.conf';
    await box.run(['runuser', '-u', 'carol', '--', 'tee', dropIn], { input: '[Service]\nProtectClock=yes\n' });
    await carol(['systemctl', '--user', 'daemon-reload']);
    t.match((await pearlctl('stop')).stdout, /^It has stopped/);
    const failed = await pearlctl('start');
    t.equal(failed.exitCode, 69);
    t.match(failed.stderr, /exit code 218\).*\n.*it may not drop capabilities: user namespaces are restricted here/);
    const gone = await pearlctl('uninstall', '--purge', '--yes');
    t.equal(gone.exitCode, 0, gone.stderr);
    t.same(differences(box, control), [], 'nothing is left of it');
  },
);
