// The life of a user service in a real systemd: no session, lingering, reboot, uninstall.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PEARLCTL, PRODUCT, type Status, statusOf } from './product.ts';
import { differences } from './traces.ts';

const skip = whyNoBox();
// Boots, stops and restarts are waited for in earnest, and other tests run beside these.
t.setTimeout(400_000);
const UID = 4711;

t.test(
  'a user service lives from boot with lingering, and leaves without a trace',
  { skip, timeout: 300_000 },
  async (t) => {
    const [box, control] = await Promise.all([Box.create(PRODUCT), Box.create(PRODUCT)]);
    t.teardown(() => Promise.all([box.down(), control.down()]));
    await Promise.all([box.boot(), control.boot()]);
    for (const each of [box, control]) {
      await each.run(['useradd', '--create-home', '--uid', String(UID), 'alice']);
      // In one go, as init makes them: both go with a purge.
      await each.run(['runuser', '-u', 'alice', '--', 'mkdir', '-p', '/home/alice/.config/pearlctl']);
      // Empty, and not ours: it has to stay, while ~/.local/share has to go.
      await each.run(['runuser', '-u', 'alice', '--', 'mkdir', '-p', '/home/alice/.local/state']);
    }
    const alice = (command: readonly string[], env = {}) => box.asUser('alice', UID, command, env);
    const pearlctl = (...args: string[]) => alice([...PEARLCTL, ...args]);
    const mining = (what: string): Promise<Status> =>
      until<Status | null>(what, async () => {
        const now = await statusOf((command) => alice(command));
        return now.state === 'running' && now.job !== null ? now : null;
      });
    await box.run(['runuser', '-u', 'alice', '--', 'tee', '/home/alice/.config/pearlctl/pearlctl.ini'], {
      input: CONFIG(),
    });

    await t.test('it installs from a shell without a session, and has it run without a login', async (t) => {
      const result = await alice([...PEARLCTL, 'install', '--yes', '--json'], { XDG_RUNTIME_DIR: '' });
      t.equal(result.exitCode, 0, result.stderr);
      t.match(JSON.parse(result.stdout).plan, { runsAs: 'alice', starts: /at boot/ });
      t.match((await mining('work')).service, { manager: 'systemd', enabled: true, startsAt: 'boot', drift: [] });
      t.equal(await box.run(['ls', '/var/lib/systemd/linger']), 'alice');
      await control.run(['loginctl', 'enable-linger', 'alice']);
    });

    await t.test('systemd rates it 1.8 or better, and it runs beside app.slice', async (t) => {
      const { stdout } = await alice(['systemd-analyze', '--user', 'security', '--no-pager', 'pearlctl.service']);
      const score = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
      t.ok(score <= 1.8, `exposure ${score}`);
      const group = (await alice(['systemctl', '--user', 'show', '-p', 'ControlGroup', '--value', 'pearlctl'])).stdout;
      t.match(group, /user@4711\.service\/pearlctl\.service$/);
    });

    await t.test(
      'disabled it goes on, says that it will not come back, and how; enabled again it says that too',
      async (t) => {
        const seen = async () => (await statusOf((command) => alice(command))).service;
        // The first asking writes down what systemd says.
        t.match(await seen(), { enabled: true, startsAt: 'boot' });
        t.equal((await pearlctl('disable')).exitCode, 0);
        t.match(await seen(), { active: true, enabled: false, startsAt: 'never' });
        t.match((await pearlctl('status')).stdout, /does not start by itself/);
        t.equal((await pearlctl('enable')).exitCode, 0);
        t.match(await seen(), { active: true, enabled: true, startsAt: 'boot', drift: [] });
        t.equal((await alice(['systemctl', '--user', 'disable', 'pearlctl'])).exitCode, 0, 'by systemd’s own command');
        t.match(await seen(), { enabled: false, startsAt: 'never' });
        t.equal((await alice(['systemctl', '--user', 'enable', 'pearlctl'])).exitCode, 0);
        t.match(await seen(), { enabled: true, startsAt: 'boot', drift: [] });
      },
    );

    await t.test('after a reboot it mines without a login', async (t) => {
      await Promise.all([box.reboot(), control.reboot()]);
      t.ok((await mining('work after the reboot')).supervisor);
    });

    await t.test('a killed supervisor comes back, reload and logs work', async (t) => {
      const before = await mining('a supervisor');
      await box.run(['kill', '-KILL', String(before.supervisor?.pid)]);
      await until('another supervisor', async () => {
        const now = await statusOf((command) => alice(command));
        return now.state === 'running' && now.supervisor?.pid !== before.supervisor?.pid;
      });
      const reload = await pearlctl('reload');
      t.equal(reload.exitCode, 0, reload.stderr);
      t.match((await pearlctl('logs', '--lines', '5')).stdout, /supervisor|gateway|miner/);
    });

    await t.test('root is told apart from the user, and sudo is no way to a user service', async (t) => {
      const asRoot = await box.exec([...PEARLCTL, 'status', '--json']);
      t.equal(asRoot.exitCode, 4, 'root has no service');
      const sudo = { SUDO_USER: 'alice', SUDO_UID: String(UID) };
      const result = await box.exec([...PEARLCTL, 'install', '--scope', 'user', '--yes'], { env: sudo });
      t.equal(result.exitCode, 2);
      t.match(result.stderr, /without sudo/);
    });

    await t.test(
      'uninstall keeps configuration and state, uninstall --purge nothing; lingering is off again',
      async (t) => {
        const result = await pearlctl('uninstall', '--yes');
        t.equal(result.exitCode, 0, result.stderr);
        t.equal((await alice(['ls', '/home/alice/.config/pearlctl'])).stdout, 'pearlctl.ini');
        t.ok((await alice(['ls', '/home/alice/.local/state/pearlctl'])).stdout.includes('shares.jsonl'));
        const purge = await pearlctl('uninstall', '--purge', '--yes');
        t.equal(purge.exitCode, 0, purge.stderr);
        t.equal(await box.run(['ls', '/var/lib/systemd/linger']), '');
        await control.run(['loginctl', 'disable-linger', 'alice']);
        await control.run(['rm', '-r', '/home/alice/.config']);
        await Promise.all([box.halt(), control.halt()]);
        t.same(differences(box, control), []);
      },
    );
  },
);
