// Two independent services on one machine, in a real systemd.
import t from 'tap';
import { until } from '../fixtures/until.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, type Status, statusOf } from './product.ts';
import { differences } from './traces.ts';

const skip = whyNoBox();
t.setTimeout(300_000);

t.test('a second instance lives beside the first, and goes without it', { skip, timeout: 300_000 }, async (t) => {
  const [box, control] = await Promise.all([Box.create(PRODUCT), Box.create(PRODUCT)]);
  t.teardown(() => Promise.all([box.down(), control.down()]));
  await Promise.all([box.boot(), control.boot()]);
  const running = (what: string, ...flags: string[]) =>
    until<Status | null>(what, async () => {
      const now = await statusOf((command) => box.exec(command), ...flags);
      return now.state === 'running' ? now : null;
    });

  const instances = [
    { name: 'pearlctl', flags: [] },
    { name: 'pearlctl-garage', flags: ['--instance', 'garage'] },
  ];
  for (const { name, flags } of instances) {
    await box.run(['mkdir', `/etc/${name}`]);
    await box.run(['tee', `/etc/${name}/pearlctl.ini`], { input: CONFIG() });
    await box.run(['chmod', '600', `/etc/${name}/pearlctl.ini`]);
    const result = await pearlctl(box, 'install', '--yes', '--json', ...flags);
    t.equal(result.exitCode, 0, `${name}: ${result.stderr}`);
    t.equal(await box.run(['systemctl', 'show', '-p', 'User', '--value', name]), name, 'its own account');
  }
  const [first, second] = [await running('the first'), await running('the second', '--instance', 'garage')];
  t.not(first.supervisor?.pid, second.supervisor?.pid, 'each has its own supervisor');

  const gone = await pearlctl(box, 'uninstall', '--purge', '--yes', '--json', '--instance', 'garage');
  t.equal(gone.exitCode, 0, gone.stderr);
  t.notOk((await box.exec(['id', 'pearlctl-garage'])).stdout, 'its account is gone');
  const left = await running('the first, still');
  t.equal(left.supervisor?.pid, first.supervisor?.pid, 'and the first never noticed');

  t.equal((await pearlctl(box, 'uninstall', '--purge', '--yes', '--json')).exitCode, 0);
  t.same(differences(box, control), [], 'nothing is left of either');
});
