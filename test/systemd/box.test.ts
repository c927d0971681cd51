import { existsSync, readdirSync } from 'node:fs';
import t from 'tap';
import { Box, whyNoBox } from './box.ts';

const skip = whyNoBox();
// Boots, stops and restarts are waited for in earnest, and other tests run beside these.
t.setTimeout(400_000);

t.test('a box boots, keeps its files over a reboot and a power cut, and leaves nothing behind', { skip }, async (t) => {
  const box = await Box.create();
  t.teardown(() => box.down());
  await box.boot();
  t.equal((await box.exec(['systemctl', 'is-system-running'])).stdout, 'running');
  const ours = (places: string[], ...but: string[]) =>
    box.run(['find', ...places, '-xdev', '-maxdepth', '6', ...but, '-name', '*pearlctl*', '-print']);
  t.equal(await ours(['/etc', '/usr', '/var']), '', 'it hides what the machine has of pearlctl');
  const checkouts = ['-type', 'd', '-exec', 'test', '-e', '{}/package.json', ';', '-prune', '-o'];
  t.equal(await ours(['/root'], ...checkouts), '', 'and what its root has, but for checkouts');
  t.equal((await box.exec(['getent', 'passwd', 'pearlctl'])).exitCode, 2, 'and its account');
  await box.run(['tee', '/etc/kept'], { input: 'kept' });
  await box.run(['touch', '/run/lost']);
  await box.reboot();
  t.equal(await box.run(['cat', '/etc/kept']), 'kept');
  t.not((await box.exec(['test', '-e', '/run/lost'])).exitCode, 0, 'what was in memory is gone');
  await box.powerCut();
  await box.boot();
  t.equal(await box.run(['cat', '/etc/kept']), 'kept');
  t.notOk(existsSync('/etc/kept'), 'the host has no part in it');
  await box.down();
  const groups = readdirSync('/sys/fs/cgroup', { recursive: true, withFileTypes: true });
  t.notOk(
    groups.some((entry) => entry.name === box.name),
    'no control group is left',
  );
});
