// Grounds that a service meets: a container with a boot id of its own (systemd-nspawn, LXC), where a unit that gets a fresh /proc is
// shown the host’s and a shell the container’s; an ordinary user who finds the service; a package’s unit of the same name; a root
// without compilers, and a read-only /usr.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, FOLDER, PEARLCTL, PRODUCT, pearlctl, statusOf } from './product.ts';

t.setTimeout(300_000);

t.test('install, status, pause, restart and stop tell the truth', { skip: whyNoBox(), timeout: 300_000 }, async (t) => {
  const box = await Box.create(PRODUCT);
  t.teardown(() => box.down());
  await box.boot();
  await box.run(['sh', '-c', 'cat /proc/sys/kernel/random/uuid > /run/boot-id']);
  await box.run(['mount', '--bind', '/run/boot-id', '/proc/sys/kernel/random/boot_id']);
  await box.run(['useradd', '--create-home', 'bob']);
  await box.run(['mkdir', '/etc/pearlctl']);
  await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
  await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);

  const installed = await pearlctl(box, 'install', '--yes');
  t.equal(installed.exitCode, 0, installed.stderr);
  const now = () => statusOf((command) => box.exec(command));
  t.match(await now(), { state: 'running', supervisor: { pid: Number } });
  const asBob = (...args: string[]) => box.exec(['runuser', '-u', 'bob', '--', ...PEARLCTL, ...args]);
  t.match(
    JSON.parse((await asBob('status', '--json')).stdout),
    { state: 'running', scope: 'system' },
    'also for an ordinary user, who has none of his own',
  );
  const { instances } = JSON.parse((await asBob('list', '--json')).stdout);
  t.match(instances, [{ scope: 'system', account: 'pearlctl', state: 'running', installed: true, pid: Number }]);
  t.equal(instances.length, 1);
  t.match((await pearlctl(box, 'pause')).stdout, /^Paused\. /);
  await until('the pause', async () => (await now()).state === 'paused');
  t.match((await pearlctl(box, 'resume')).stdout, /pause is over/);
  const before = (await now()).supervisor?.pid;
  t.equal((await pearlctl(box, 'restart')).exitCode, 0);
  const after = await until('the new one', async () => (await now()).supervisor?.pid);
  t.not(after, before);
  t.match((await pearlctl(box, 'stop')).stdout, /^It has stopped/);
  t.match(await now(), { state: 'stopped', supervisor: null });

  const lines = [['uninstall'], ['uninstall', '--dry-run'], ['stop'], ['pause'], ['shares'], ['config', 'show']];
  for (const words of lines) {
    const refused = await asBob(...words);
    t.equal(refused.exitCode, 77, words.join(' '));
    t.ok(refused.stderr.includes(`Type: sudo ${PEARLCTL.join(' ')} ${words.join(' ')}`), refused.stderr);
  }

  // As nvm and `npm install --global` with a prefix have it, neither of which sudo looks through.
  const nvm = '/home/bob/.nvm/versions/node/v22.12.0';
  const modules = `${nvm}/lib/node_modules`;
  await box.run(['mkdir', '-p', `${nvm}/bin`, modules]);
  await box.run(['cp', '-r', FOLDER, `${modules}/pearlctl`]);
  await box.run(['cp', '-L', '/usr/bin/node', `${nvm}/bin/node`]);
  const bin = 'pearlctl/dist/bundle/pearlctl.cjs';
  await box.run(['chmod', '755', `${modules}/${bin}`]);
  await box.run(['ln', '-s', `../lib/node_modules/${bin}`, `${nvm}/bin/pearlctl`]);
  const typed = ['runuser', '-u', 'bob', '--', 'env', `PATH=${nvm}/bin:/usr/bin:/bin`, 'pearlctl'];
  const refused = await box.exec([...typed, 'uninstall', '--purge', '--yes']);
  const [, line = ''] = /Type: sudo (.+)/.exec(refused.stderr) ?? [];
  t.match(line, /^\/home\/bob\/\.nvm\/\S+\/node \/home\/bob\/\.nvm\/\S+ uninstall --purge --yes$/, refused.stderr);
  const gone = await box.exec(line.split(' '), { env: { SUDO_USER: 'bob' } });
  t.equal(gone.exitCode, 0, `what it says to type works: ${gone.stderr}`);
  t.match((await pearlctl(box, 'list', '--json')).stdout, /"instances":\[\]/);
});

t.test(
  'a package’s unit of the same name is not hidden, and comes to light again',
  { skip: whyNoBox(), timeout: 300_000 },
  async (t) => {
    const box = await Box.create(PRODUCT);
    t.teardown(() => box.down());
    await box.boot();
    await box.run(['mkdir', '/etc/pearlctl']);
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
    await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
    const foreign = '/lib/systemd/system/pearlctl.service';
    const packageUnit = async () => {
      await box.run(['tee', foreign], { input: '[Service]\nExecStart=/bin/sleep infinity\n' });
      await box.run(['systemctl', 'daemon-reload']);
    };
    await packageUnit();
    const refused = await pearlctl(box, 'install', '--yes');
    t.equal(refused.exitCode, 78, refused.stderr);
    t.match(refused.stderr, /systemd\/system\/pearlctl\.service is a service of the same name/);
    await box.run(['rm', foreign]);
    await box.run(['systemctl', 'daemon-reload']);
    t.equal((await pearlctl(box, 'install', '--yes')).exitCode, 0);
    await packageUnit();
    const gone = await pearlctl(box, 'uninstall', '--purge', '--yes');
    t.equal(gone.exitCode, 0, gone.stderr);
    t.match(await box.run(['systemctl', 'cat', 'pearlctl']), /sleep infinity/);
  },
);

/** Whatever a minimal root has not: only what builds programs, or would run scripts of the build. */
const COMPILERS = ['cc', 'gcc', 'c++', 'g++', 'make', 'ld', 'cargo', 'rustc', 'python3', 'npm', 'npx', 'perl'];

t.test(
  'a root without compilers is enough; with a read-only /usr it is refused, and nothing is left',
  { skip: whyNoBox(), timeout: 300_000 },
  async (t) => {
    const box = await Box.create(PRODUCT);
    t.teardown(() => box.down());
    await box.boot();
    for (const name of COMPILERS)
      await box.exec(['sh', '-c', `rm -f /usr/bin/${name} /usr/local/bin/${name} /root/.cargo/bin/${name}`]);
    await box.run(['mkdir', '/etc/pearlctl']);
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
    await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
    const traces = () =>
      box.run([
        'sh',
        '-c',
        'ls -A /etc/pearlctl /etc/systemd/system /usr/local/lib /var/lib /run; getent passwd pearlctl || true',
      ]);
    const before = await traces();

    await box.run(['mount', '--bind', '/usr', '/usr']);
    await box.run(['mount', '-o', 'remount,bind,ro', '/usr']);
    const began = performance.now();
    const refused = await pearlctl(box, 'install', '--yes', '--json');
    t.equal(refused.exitCode, 77, refused.stderr);
    const { message, hint } = JSON.parse(refused.stderr).error;
    t.match(message, /read-only: \/usr\/local\/lib\/pearlctl/);
    t.match(hint, /--scope user/);
    t.ok(performance.now() - began < 30_000, 'at once, on a busy machine too');
    t.equal(await traces(), before);
    await box.run(['mount', '-o', 'remount,bind,rw', '/usr']);

    const installed = await pearlctl(box, 'install', '--yes');
    t.equal(installed.exitCode, 0, installed.stderr);
    t.match(await statusOf((command) => box.exec(command)), { state: 'running' });
    t.match((await pearlctl(box, 'stop')).stdout, /^It has stopped/);
    const gone = await pearlctl(box, 'uninstall', '--purge', '--yes');
    t.equal(gone.exitCode, 0, gone.stderr);
    t.equal(
      await traces(),
      before.replace('pearlctl.ini\n', '').replace(/^\/etc\/pearlctl:\n\n?/, ''),
      'purge leaves nothing',
    );
  },
);
