// The machine's service, a second instance and a user's own beside each other, all with the usual ports: which one is meant, which
// ports are free, who sees and removes what.
import t from 'tap';
import { Box, whyNoBox } from './box.ts';
import { PEARLCTL, PRODUCT, pearlctl, type Status } from './product.ts';
import { differences } from './traces.ts';

const UID = 4712;
const INIT = ['init', '--network', 'devnet', '--threads', '1', '--yes'];

t.setTimeout(300_000);
t.test('three services on one machine, and each command says which it means', { skip: whyNoBox() }, async (t) => {
  const [box, control] = await Promise.all([Box.create(PRODUCT), Box.create(PRODUCT)]);
  t.teardown(() => Promise.all([box.down(), control.down()]));
  await Promise.all([box.boot(), control.boot()]);
  for (const each of [box, control]) {
    await each.run(['useradd', '--create-home', '--uid', String(UID), 'bob']);
    // As a first login would.
    await each.run(['runuser', '-u', 'bob', '--', 'mkdir', '/home/bob/.config']);
    await each.run(['loginctl', 'enable-linger', 'bob']);
  }
  const bob = (...args: string[]) => box.asUser('bob', UID, [...PEARLCTL, ...args]);
  const root = (...args: string[]) => pearlctl(box, ...args);
  const listed = async (run: typeof root) => JSON.parse((await run('list', '--json')).stdout).instances;

  await t.test('init gives a second instance other ports, and each installs', async (t) => {
    t.equal((await root(...INIT)).exitCode, 0);
    t.equal((await root('install', '--yes', '--json')).exitCode, 0);
    const second = await root(...INIT, '--instance', 'garage');
    t.match(second.stdout, /Its ports are 8347 and 8349: 8337 and 8339 are for the system instance of pearlctl\./);
    const installed = await root('install', '--yes', '--json', '--instance', 'garage');
    t.equal(installed.exitCode, 0, installed.stderr);
    const own = await bob(...INIT);
    t.match(own.stdout, /Its ports are 8357 and 8359/);
    t.match(
      own.stdout,
      /pearlctl run --scope user .*pearlctl install/,
      'without --scope, others would mean the system’s',
    );
  });

  await t.test('ports that are taken are refused before anything is done', async (t) => {
    t.equal((await bob('config', 'unset', 'gateway.port', 'gateway.metrics_port', '--scope', 'user')).exitCode, 0);
    const refused = await bob('install', '--yes');
    t.equal(refused.exitCode, 75, refused.stdout);
    t.match(refused.stderr, /Gateway\.port 8337 is taken by the system instance of pearlctl\./i);
    const advice = 'pearlctl config --scope user set gateway.port=8357 gateway.metrics_port=8359';
    t.ok(refused.stderr.includes(`Take others: ${advice}`), refused.stderr);
    t.equal((await box.exec(['test', '-e', '/home/bob/.local/share/pearlctl'])).exitCode, 1, 'nothing was begun');
    t.equal((await bob(...advice.split(' ').slice(1))).exitCode, 0);
    const installed = await bob('install', '--yes', '--json');
    t.equal(installed.exitCode, 0, installed.stderr);
  });

  await t.test('of two services the caller’s own is meant, and that is said', async (t) => {
    const own = await bob('status', '--json');
    t.match(JSON.parse(own.stdout) as Status, { state: 'running', scope: 'user' });
    const said = 'Two services are installed; this is about the user one (--scope system for the other).';
    for (const words of [['status'], ['shares'], ['config', 'show'], ['doctor', 'wallet'], ['logs', '-n', '1']]) {
      const { stderr, exitCode } = await bob(...words);
      t.equal(stderr.split('\n')[0], said, words.join(' '));
      t.equal(exitCode, 0, words.join(' '));
    }
    t.match(await bob('metrics'), { exitCode: 0, stderr: '' }, 'no mail from cron each minute');
    const other = JSON.parse((await bob('status', '--json', '--scope', 'system')).stdout);
    t.match(other, { state: 'running', scope: 'system' });
    const ports = [
      ['system', null, 'pearlctl', 8337, 8339],
      ['system', 'garage', 'pearlctl-garage', 8347, 8349],
      ['user', null, 'bob', 8357, 8359],
    ];
    for (const run of [root, bob]) {
      const rows: { scope: string; instance: string; account: string; state: string; ports: Record<string, number> }[] =
        await listed(run);
      t.same(
        rows.map((row) => [row.scope, row.instance, row.account, row.ports.gateway, row.ports.metrics]),
        ports,
      );
      t.ok(rows.every(({ state }) => state === 'running'));
    }
  });

  await t.test('root sees what belongs to another account, and how to remove it', async (t) => {
    const line = `sudo -H -u bob ${PEARLCTL.join(' ')} uninstall`;
    const { checks } = JSON.parse((await root('doctor', 'doubles', '--json')).stdout);
    t.match(checks, [{ fact: 'bob’s user service is installed beside the system service', fix: line }]);
    t.equal((await root('uninstall', '--purge', '--yes', '--instance', 'garage')).exitCode, 0);
    t.equal((await root('uninstall', '--purge', '--yes')).exitCode, 0);
    const nothing = await root('uninstall');
    t.ok(nothing.stdout.includes(`bob has pearlctl. To remove it: ${line} --scope user`), nothing.stdout);
    // As sudo has it: without the session's environment.
    const words = [...PEARLCTL, 'uninstall', '--purge', '--yes'];
    const gone = await box.asUser('bob', UID, words, { XDG_RUNTIME_DIR: '', SUDO_UID: '0', SUDO_USER: 'root' });
    t.equal(gone.exitCode, 0, gone.stderr);
    t.same(await listed(root), []);
    t.same(differences(box, control), [], 'nothing is left of any');
  });
});
