// What keeps a user service from being installed: no session to reach, and lingering that is not allowed.
import t, { type Test } from 'tap';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PEARLCTL, PRODUCT } from './product.ts';

const skip = whyNoBox();
t.setTimeout(300_000);
const UID = 4712;

/** What polkit says where the administrator reserved lingering to himself, said by the bus itself. */
const POLICY = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><policy user="bob">
  <deny send_destination="org.freedesktop.login1" send_interface="org.freedesktop.login1.Manager" send_member="SetUserLinger"/>
</policy></busconfig>
`;

t.test('a user service that cannot be installed leaves nothing half done', { skip, timeout: 300_000 }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['useradd', '--create-home', '--uid', String(UID), 'bob']);
  const bob = (...command: string[]) => box.asUser('bob', UID, command, { XDG_RUNTIME_DIR: '' });
  t.equal((await bob('mkdir', '-p', '/home/bob/.config/pearlctl')).exitCode, 0);
  await box.run(['tee', '/home/bob/.config/pearlctl/pearlctl.ini'], { input: CONFIG() });
  await box.run(['chown', 'bob', '/home/bob/.config/pearlctl/pearlctl.ini']);
  await box.run(['chmod', '600', '/home/bob/.config/pearlctl/pearlctl.ini']);
  const files = async (): Promise<string> => (await bob('find', '/home/bob', '-printf', '%p %m\\n')).stdout;

  const refused = async (t: Test, code: string, message: RegExp, hint: RegExp, ...flags: string[]): Promise<void> => {
    const before = await files();
    const result = await bob(...PEARLCTL, 'install', '--yes', '--json', ...flags);
    t.equal(result.exitCode, 69, result.stderr);
    t.match(JSON.parse(result.stderr).error, { code, message, hint });
    t.equal(await files(), before, 'nothing is half done');
    t.equal((await box.exec(['ls', '/var/lib/systemd/linger'])).stdout, '');
  };

  await t.test('no session, and none wanted beyond the login', async (t) => {
    await refused(t, 'SERVICE_MANAGER_MISSING', /not running in this session/, /enable-linger/, '--no-linger');
  });

  await t.test('lingering is refused: the line to type', async (t) => {
    await box.run(['tee', '/etc/dbus-1/system.d/no-linger.conf'], { input: POLICY });
    await box.run(['systemctl', 'reload', 'dbus']);
    await refused(
      t,
      'SERVICE_FAILED',
      /Lingering could not be switched on: .*put back/,
      /sudo loginctl enable-linger bob/,
    );
  });

  await t.test('and that line is enough', async (t) => {
    await box.run(['loginctl', 'enable-linger', 'bob']);
    const result = await bob(...PEARLCTL, 'install', '--yes', '--json');
    t.equal(result.exitCode, 0, result.stderr);
    const boot = async () => JSON.parse((await bob(...PEARLCTL, 'doctor', '--json', 'boot')).stdout).checks[0];
    t.match(await boot(), { status: 'ok', fact: 'starts at boot' });
    // As systemd-homed keeps a home that is unlocked at login.
    await box.run(['mkdir', '/home/bob.homedir']);
    t.match(await boot(), { status: 'warning', fact: /before you log in: systemd-homed/, fix: /--scope system/ });
    const plan = JSON.parse((await bob(...PEARLCTL, 'install', '--dry-run', '--json')).stdout).plan;
    t.match(plan, { starts: 'when you log in, and stays when you log out', notes: [/At boot your home is not there/] });
    await box.run(['rmdir', '/home/bob.homedir']);
    const gone = await bob(...PEARLCTL, 'uninstall', '--purge', '--yes', '--json');
    t.equal(gone.exitCode, 0, gone.stderr);
    t.equal(await box.run(['ls', '/var/lib/systemd/linger']), 'bob', 'what was on before stays on');
  });
});
