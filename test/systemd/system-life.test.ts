// The life of a system service in a real systemd, from install to the last trace.
import t, { type Test } from 'tap';
import { VERSION } from '../../src/base/version.ts';
import { expectHeld, hold } from '../cli/documents/held.ts';
import { until } from '../fixtures/until.ts';
import { packageAs, spoil } from '../service/other-version.ts';
import { Box, whyNoBox } from './box.ts';
import { CONFIG, PRODUCT, pearlctl, productAs, type Status, statusOf } from './product.ts';
import { differences } from './traces.ts';

const skip = whyNoBox();
// Boots, stops and restarts are waited for in earnest, and other tests run beside these.
t.setTimeout(400_000);

/** By which another version is started until it has mined. */
const TRIAL = '/run/systemd/system/pearlctl.service.d/90-pearlctl-trial.conf';

t.test('a system service lives and leaves without a trace', { skip, timeout: 400_000 }, async (t) => {
  const folders = t.testdir({ newer: {}, broken: {}, spoilt: {} });
  const newer = productAs('9.1.0', `${folders}/newer`, true);
  // It works wherever it is tried, and its miner ends at once in the service.
  spoil(packageAs('9.0.5', `${folders}/spoilt`), 'mine', 'process.exit(1)');
  // Its addon is of another version than the rest.
  const broken = productAs('9.9.9', `${folders}/broken`, false);
  const seed = { ...PRODUCT, ...newer.seed, ...broken.seed, '/opt/9.0.5': `${folders}/spoilt` };
  const [box, control] = await Promise.all([Box.create(seed), Box.create(seed)]);
  t.teardown(() => Promise.all([box.down(), control.down()]));
  await Promise.all([box.boot(), control.boot()]);

  const status = (): Promise<Status> => statusOf((command) => box.exec(command));
  /** Has a verb print the service's state, which is held against its description. */
  const verb = async (t: Test, ...args: string[]): Promise<void> => {
    const { exitCode, stdout, stderr } = await pearlctl(box, ...args, '--json');
    t.equal(exitCode, 0, stderr);
    hold(t, 'service', [JSON.parse(stdout)]);
  };
  const mining = (what: string, also: (now: Status) => boolean = () => true): Promise<Status> =>
    until<Status | null>(what, async () => {
      const now = await status();
      return now.state === 'running' && now.job !== null && also(now) ? now : null;
    });
  const show = async (property: string): Promise<string> =>
    box.run(['systemctl', 'show', '-p', property, '--value', 'pearlctl']);
  const runtimeDropIn = async (text: string): Promise<void> => {
    await box.run(['mkdir', '-p', '/run/systemd/system/pearlctl.service.d']);
    await box.run(['tee', '/run/systemd/system/pearlctl.service.d/test.conf'], { input: text });
    await box.run(['systemctl', 'daemon-reload']);
  };

  await t.test('install brings it up and says so when it mines', async (t) => {
    await box.run(['mkdir', '/etc/pearlctl']);
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG() });
    await box.run(['chmod', '600', '/etc/pearlctl/pearlctl.ini']);
    const plan = await pearlctl(box, 'install', '--dry-run', '--json');
    t.equal(plan.exitCode, 0, plan.stderr);
    t.notOk((await box.exec(['id', 'pearlctl'])).stdout, 'a dry run makes no account');
    const result = await pearlctl(box, 'install', '--yes', '--json');
    t.equal(result.exitCode, 0, result.stderr);
    const done = JSON.parse(result.stdout);
    hold(t, 'install', [planned(JSON.parse(plan.stdout)), planned(done)]);
    t.same(done.steps, JSON.parse(plan.stdout).steps, 'what is done is what the dry run said');
    t.match(done.verification, { loaded: true, alive: true, ready: true, work: true, reason: null });
    t.equal(await show('User'), 'pearlctl');
    const name = await box.run(['ps', '-o', 'comm=', '-p', await show('MainPID')]);
    t.equal(name, 'pearlctl', 'the system lists it by its own name');
  });

  await t.test('a second install changes nothing', async (t) => {
    const pid = await show('MainPID');
    const result = await pearlctl(box, 'install', '--yes', '--json');
    t.equal(result.exitCode, 0, result.stderr);
    t.same(JSON.parse(result.stdout).steps, []);
    t.equal(await show('MainPID'), pid);
  });

  await t.test('status says the whole truth, to any account', async (t) => {
    const now = await statusOf(
      (command) => box.exec(['runuser', '-u', 'nobody', '--', ...command]),
      '--scope',
      'system',
    );
    t.equal(now.state, 'running');
    t.same(now.service, {
      manager: 'systemd',
      enabled: true,
      active: true,
      startsAt: 'boot',
      drift: [],
      dropIns: [],
      failure: null,
    });
    hold(t, 'status', [now]);
  });

  await t.test('systemd rates it 1.4 or better', async (t) => {
    const { stdout } = await box.exec(['systemd-analyze', 'security', '--no-pager', 'pearlctl.service']);
    const score = Number(/exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]);
    t.ok(score <= 1.4, `exposure ${score}`);
  });

  await t.test('after a reboot it mines again by itself, on the same chain', async (t) => {
    const height = (await mining('work before the reboot')).job?.height ?? 0;
    await Promise.all([box.reboot(), control.reboot()]);
    const now = await mining('work after the reboot', (now) => (now.job?.height ?? 0) >= height);
    t.equal(now.children?.gateway.restarts, 0);
    await mining('the chain to go on', (now) => (now.job?.height ?? 0) > height);
  });

  await t.test('a killed supervisor is started again', async (t) => {
    const before = await mining('a supervisor');
    await box.run(['kill', '-KILL', String(before.supervisor?.pid)]);
    const now = await mining('another supervisor', (now) => now.supervisor?.pid !== before.supervisor?.pid);
    t.equal(await show('NRestarts'), '1');
    t.equal(now.children?.miner.restarts, 0);
    const left = await box.exec([
      'ps',
      '-o',
      'pid=',
      '-p',
      `${before.children?.gateway.pid},${before.children?.miner.pid}`,
    ]);
    t.equal(left.stdout, '', 'its children went with it');
  });

  await t.test('a killed miner is started again by the supervisor, which stays', async (t) => {
    const before = await mining('a miner');
    await box.run(['kill', '-KILL', String(before.children?.miner.pid)]);
    const now = await mining('another miner', ({ children }) => children?.miner.restarts === 1);
    t.equal(now.supervisor?.pid, before.supervisor?.pid);
  });

  await t.test('reload takes a change over, and refuses a bad file without harm', async (t) => {
    const before = await mining('a supervisor');
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG('warn') });
    await verb(t, 'reload');
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: 'network = nonsense\n' });
    const bad = await pearlctl(box, 'reload');
    t.equal(bad.exitCode, 78, bad.stderr);
    // Also when our own check is passed by.
    t.not((await box.exec(['systemctl', 'reload', 'pearlctl'])).exitCode, 0);
    t.equal((await status()).supervisor?.pid, before.supervisor?.pid);
    await box.run(['tee', '/etc/pearlctl/pearlctl.ini'], { input: CONFIG('warn') });
  });

  await t.test('a hanging supervisor is noticed and replaced', async (t) => {
    await runtimeDropIn('[Service]\nWatchdogSec=4\nRestartSec=200ms\n');
    await box.run(['systemctl', 'restart', 'pearlctl']);
    const before = await mining('a supervisor');
    await box.run(['kill', '-STOP', String(before.supervisor?.pid)]);
    await mining('a supervisor that moves', (now) => now.supervisor?.pid !== before.supervisor?.pid);
    const journal = await box.run(['journalctl', '-u', 'pearlctl', '-o', 'cat', '-n', '200', '--no-pager']);
    t.match(journal, /Watchdog timeout/);
  });

  await t.test('too many deaths in a row end in a failure with its reason, and start begins again', async (t) => {
    await runtimeDropIn('[Unit]\nStartLimitBurst=3\n[Service]\nRestartSec=100ms\n');
    await until('systemd to give up', async () => {
      if ((await show('ActiveState')) === 'failed') return true;
      const pid = Number(await show('MainPID'));
      // A MainPID of 0 would mean every process.
      if (pid > 1) await box.exec(['kill', '-KILL', String(pid)]);
      return false;
    });
    const now = await status();
    t.equal(now.state, 'failed');
    t.ok(now.stateReason);
    t.equal(now.service?.active, false);
    const started = await pearlctl(box, 'start', '--json');
    t.equal(started.exitCode, 0, started.stderr);
    t.equal(JSON.parse(started.stdout).work, true);
    hold(t, 'start', [JSON.parse(started.stdout)]);
  });

  await t.test('stop, disable and enable do what they say and no more', async (t) => {
    await verb(t, 'stop');
    t.equal((await status()).state, 'stopped');
    t.equal(await show('UnitFileState'), 'enabled');
    await verb(t, 'disable');
    t.equal(await show('UnitFileState'), 'disabled');
    t.match((await status()).service?.drift, ['It does not start by itself: it is disabled.']);
    await verb(t, 'enable');
    t.equal(await show('UnitFileState'), 'enabled');
    t.equal((await pearlctl(box, 'start')).exitCode, 0);
  });

  await t.test('an upgrade that does not start is taken back, and the old version mines on', async (t) => {
    const result = await box.exec([...broken.command, 'install', '--yes', '--json']);
    t.equal(result.exitCode, 69);
    t.match(JSON.parse(result.stderr).error, { code: 'SERVICE_FAILED', message: /Everything was put back as it was/ });
    t.match(JSON.parse(result.stderr).error.hint, /addon/, 'the reason is told');
    t.equal(await box.run(['readlink', '/usr/local/lib/pearlctl/current']), VERSION);
    t.same((await mining('the old version')).service?.drift, []);
  });

  await t.test(
    'an upgrade to a version that does not mine, cut off: the next install goes back by itself',
    async (t) => {
      const spoilt = ['/usr/bin/node', '/opt/9.0.5/dist/bundle/pearlctl.mjs'];
      const [install, link] = [[...spoilt, 'install', '--yes'].join(' '), '/usr/local/lib/pearlctl/current'];
      const cut = `${install} & until [ -e ${TRIAL} ]; do sleep 0.01; done; kill -KILL $!; wait`;
      await box.exec(['sh', '-c', cut]);
      // Only the installer died: until a reboot it is the new version that the unit starts, and it does not become ready.
      await box.run(['systemctl', '--no-block', 'restart', 'pearlctl.service']);
      const again = await box.exec([...spoilt, 'install', '--yes', '--json']);
      t.equal(again.exitCode, 69);
      t.match(JSON.parse(again.stderr).error, { code: 'SERVICE_FAILED', message: /Everything was put back as it was/ });
      t.equal(await box.run(['readlink', link]), VERSION);
      t.same((await mining('the old version')).service?.drift, []);
      const plan = JSON.parse((await pearlctl(box, 'install', '--dry-run', '--json')).stdout).plan;
      t.match(plan, { action: 'update', from: VERSION }, 'what is left to do is to clear the other version away');
    },
  );

  await t.test('a newer version upgrades it in place', async (t) => {
    const result = await box.exec([...newer.command, 'install', '--yes', '--json']);
    t.equal(result.exitCode, 0, result.stderr);
    const { plan } = JSON.parse(result.stdout);
    t.match(plan, { action: 'upgrade', from: VERSION, version: '9.1.0' });
    t.equal(await box.run(['readlink', '/usr/local/lib/pearlctl/current']), '9.1.0');
    t.same((await box.run(['ls', '-A', '/usr/local/lib/pearlctl'])).split('\n'), [
      VERSION,
      '9.1.0',
      'current',
      'previous',
    ]);
    const older = (await mining('the new version')).service?.drift;
    t.same(older, [`Version 9.1.0 runs, this is ${VERSION}.`], 'the older program says so');
    const now = JSON.parse((await box.exec([...newer.command, 'status', '--json'])).stdout) as Status;
    t.same(now.service?.drift, []);
    const down = JSON.parse((await pearlctl(box, 'install', '--dry-run', '--json')).stdout);
    t.match(
      down.plan,
      { action: 'downgrade', notes: [/older than the installed 9\.1\.0/] },
      'a way back is a plan too',
    );
    hold(t, 'install', [planned(down)]);
  });

  await t.test('uninstall --purge leaves nothing', async (t) => {
    await box.run(['rm', '-r', '/run/systemd/system/pearlctl.service.d']);
    const kept = await box.exec([...newer.command, 'uninstall', '--dry-run', '--json']);
    const result = await box.exec([...newer.command, 'uninstall', '--purge', '--yes', '--json']);
    t.equal(result.exitCode, 0, result.stderr);
    hold(t, 'uninstall', [planned(JSON.parse(kept.stdout)), planned(JSON.parse(result.stdout))]);
    t.equal(await show('LoadState'), 'not-found');
    t.not((await box.exec(['id', 'pearlctl'])).exitCode, 0);
    t.equal((await box.exec(['find', '/run', '/tmp', '-name', '*pearlctl*'])).stdout, '');
    await Promise.all([box.halt(), control.halt()]);
    expectHeld(t, 'systemd/system-life.test.ts');
    t.same(differences(box, control), [], 'also passwd, group, shadow, subuid and subgid are the same');
  });
});

/** The document without what a step needs beside its kind, which differs from kind to kind. */
function planned(document: { steps: { kind: string }[] }): object {
  return { ...document, steps: document.steps.map(({ kind }) => ({ kind })) };
}
