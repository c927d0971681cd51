// A service in a real systemd-nspawn container, which is booted in a box: a boot id, process numbers and control groups of its own.
// Whoever types there is shown the container's boot id, and units with a fresh /proc the machine's.
import { existsSync } from 'node:fs';
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, type BoxResult, whyNoBox } from './box.ts';
import { CONFIG, PEARLCTL, PRODUCT, statusOf } from './product.ts';

const skip = whyNoBox() || (!existsSync('/usr/bin/systemd-nspawn') && 'the package systemd-container is not installed');

/** The container's root file system: the box's, with all writes in `upper`. */
const BOOT = `set -e
mkdir /run/nest
mount -t tmpfs tmpfs /run/nest
cd /run/nest
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work,index=off,xino=off,metacopy=off root
tr -d - </proc/sys/kernel/random/uuid >root/etc/machine-id
systemd-run --unit=nest -p Delegate=yes systemd-nspawn --directory=/run/nest/root --boot --private-network \\
  --register=no --keep-unit --link-journal=no
`;

t.test('in systemd-nspawn it installs, and every command tells the truth', { skip, timeout: 300_000 }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['sh', '-c', BOOT]);
  const leader = await until('the container’s systemd', async () => {
    const nspawn = await box.run(['systemctl', 'show', '-p', 'MainPID', '--value', 'nest']);
    const child = await box.exec(['cat', `/proc/${nspawn}/task/${nspawn}/children`]);
    const pid = child.stdout.trim().split(' ')[0] ?? '';
    // The child before it only prepares the container, sees the box, and ends.
    const { stdout: program } = await box.exec(['cat', `/proc/${pid}/comm`]);
    if (program !== 'systemd') return null;
    const ready = await box.exec(['test', '-S', `/proc/${pid}/root/run/systemd/private`]);
    return ready.exitCode === 0 ? pid : null;
  });
  const exec = (command: readonly string[], input?: string): Promise<BoxResult> =>
    box.exec(['nsenter', '-t', leader, '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', '--', ...command], {
      ...(input !== undefined && { input }),
    });
  const pearlctl = (...args: string[]) => exec([...PEARLCTL, ...args]);
  const now = () => statusOf(exec);
  await exec(['systemctl', 'is-system-running', '--wait']);
  t.match(await exec(['systemd-detect-virt']), { stdout: 'systemd-nspawn' });
  const bootId = ['cat', '/proc/sys/kernel/random/boot_id'];
  t.not((await exec(bootId)).stdout, await box.run(bootId), 'a boot id of its own');

  await exec(['mkdir', '--mode=755', '/etc/pearlctl']);
  await exec(['tee', '/etc/pearlctl/pearlctl.ini'], CONFIG());
  await exec(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
  const installed = await pearlctl('install', '--yes');
  t.equal(installed.exitCode, 0, installed.stderr);
  const first = await until('work', async () => {
    const seen = await now();
    return seen.state === 'running' && seen.job !== null ? seen : null;
  });
  t.match(first, { service: { manager: 'systemd', active: true, enabled: true } });
  const main = (await exec(['systemctl', 'show', '-p', 'MainPID', '--value', 'pearlctl'])).stdout;
  t.equal(String(first.supervisor?.pid), main, 'the number that the container’s systemd knows');

  t.match((await pearlctl('pause')).stdout, /^Paused\. /);
  await until('the pause', async () => (await now()).state === 'paused');
  t.match((await pearlctl('resume')).stdout, /pause is over/);
  t.equal((await pearlctl('restart')).exitCode, 0);
  t.not((await now()).supervisor?.pid, first.supervisor?.pid);
  t.match((await pearlctl('metrics')).stdout, /^pearl_state\{state="running"\} 1$/m);
  t.match((await pearlctl('stop')).stdout, /^It has stopped/);
  t.match(await now(), { state: 'stopped', supervisor: null });
  t.match((await pearlctl('start')).exitCode, 0);
  const gone = await pearlctl('uninstall', '--purge', '--yes');
  t.equal(gone.exitCode, 0, gone.stderr);
  t.equal(await box.run(['find', '/run/nest/upper', '-name', '*pearlctl*']), '', 'purge leaves nothing');
  t.equal((await exec(['getent', 'passwd', 'pearlctl'])).exitCode, 2, 'nor the account');
});
