// The life of the Debian package in a real systemd: installed it does nothing, set up it mines, a newer package takes over while
// it mines, and purged it leaves nothing.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { hasTool } from '../../scripts/packages/run-tool.ts';
import { stageArchive } from '../../scripts/packages/stage-folder.ts';
import { VERSION } from '../../src/base/version.ts';
import { until } from '../fixtures/until.ts';
import { packageAs } from '../service/other-version.ts';
import { Box, whyNoBox } from './box.ts';
import { debianPackage, folderParts, hasNfpm, systemPackage } from './debian-package.ts';
import type { Status } from './product.ts';

const skip = whyNoBox() || (!hasTool('dpkg-deb') && 'dpkg is not installed');
t.setTimeout(300_000);

/** Of the accounts and groups of a box. */
const LISTS = ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow'];

type BoxStatus = Status & { version: string; startedAt: string; blocks: { accepted: number } };

t.test('the Debian package', { skip, timeout: 300_000 }, async (t) => {
  const folder = t.testdir({ newer: {} });
  const debs = join(folder, 'debs');
  const [deb, newer] = [debianPackage('.', debs), debianPackage(packageAs('9.1.0', join(folder, 'newer')), debs)];
  t.comment(hasNfpm ? 'packed by nfpm' : 'packed by dpkg-deb: nfpm is not installed');

  const noLintian = !hasNfpm ? 'nfpm is not installed' : !hasTool('lintian') && 'lintian is not installed';
  await t.test('lintian finds nothing but what is argued for', { skip: noLintian }, async (t) => {
    // The addon of a release has no symbols either.
    const args = ['--allow-root', '--suppress-tags', 'unstripped-binary-or-object', deb];
    const { stdout, exitCode } = await execa('lintian', args, { reject: false, stderr: 'ignore' });
    t.equal(stdout, '');
    t.equal(exitCode, 0);
  });

  const noRpm = !hasNfpm ? 'nfpm is not installed' : !hasTool('rpm') && 'rpm is not installed';
  const rpm = noRpm === false ? { '/opt/own.rpm': systemPackage('rpm', '.', debs) } : {};
  const archive = join(folder, 'archive');
  stageArchive(archive, folderParts('.'));
  const box = await Box.create({ '/opt/old.deb': deb, '/opt/new.deb': newer, '/opt/pearlctl': archive, ...rpm });
  for (const path of [debs, archive]) rmSync(path, { recursive: true });
  t.teardown(() => box.down());
  await box.boot();
  const dpkg = (...args: string[]) => box.run(['dpkg', '--force-unsafe-io', ...args], { timeoutMs: 60_000 });
  const show = async (property: string): Promise<string> =>
    box.run(['systemctl', 'show', '-p', property, '--value', 'pearlctl']);
  const status = async () => JSON.parse((await box.exec(['pearlctl', 'status', '--json'])).stdout) as BoxStatus;
  const mining = (what: string, more: (now: BoxStatus) => boolean = () => true) =>
    until(what, async () => {
      const now = await status();
      return now.state === 'running' && now.blocks.accepted > 0 && more(now) && now;
    });
  const lists = () => Promise.all(LISTS.map((file) => box.run(['cat', file])));
  const before = await lists();
  const ledger = async () => {
    const lines = (await box.run(['cat', '/var/lib/pearlctl/shares.jsonl'])).split('\n');
    return lines.flatMap((line): { time: string; result: string }[] => (line === '' ? [] : [JSON.parse(line)]));
  };

  await t.test('installed, it has an account and a unit, and nothing runs', async (t) => {
    await dpkg('-i', '/opt/old.deb');
    t.equal(await box.run(['pearlctl', '--version']), `pearlctl ${VERSION}`);
    t.match(await box.run(['getent', 'passwd', 'pearlctl']), /:\/var\/lib\/pearlctl:\/usr\/sbin\/nologin$/);
    t.equal(await show('UnitFileState'), 'disabled');
    t.equal(await show('ActiveState'), 'inactive');
    t.not((await box.exec(['ls', '/etc/pearlctl'])).exitCode, 0, 'there is no configuration');
    t.equal(await box.run(['systemd-analyze', 'verify', 'pearlctl.service']), '');
    t.equal(await box.run(['dpkg', '--verify', 'pearlctl']), '');
  });

  await t.test('set up, it mines, also after a reboot', async (t) => {
    await box.run(['pearlctl', 'init', '--yes', '--network', 'devnet', '--threads', '1'], { timeoutMs: 120_000 });
    await box.run(['pearlctl', 'install', '--yes'], { timeoutMs: 120_000 });
    await mining('blocks');
    const name = await box.run(['ps', '-o', 'comm=', '-p', await show('MainPID')]);
    t.equal(name, 'pearlctl', 'the system lists it by its own name');
    await box.reboot();
    await mining('blocks after the reboot');
  });

  await t.test('a newer package takes over while it mines', async (t) => {
    const was = await mining('the old version');
    const startedMs = Date.now();
    await dpkg('-i', '/opt/new.deb');
    const now = await mining('the new version', ({ version }) => version === '9.1.0');
    t.comment(`from the start of dpkg until the new version mined: ${Date.now() - startedMs} ms`);
    await mining('more blocks', ({ blocks }) => blocks.accepted > now.blocks.accepted);
    const shares = await ledger();
    const switchedMs = Date.parse(now.startedAt);
    const times = shares.map(({ time }) => Date.parse(time));
    const [last, next] = [times.filter((at) => at < switchedMs), times.filter((at) => at >= switchedMs)];
    const gapMs = Math.min(...next) - Math.max(...last);
    t.comment(`${gapMs} ms without a share`);
    t.ok(gapMs > 0 && gapMs < 15_000, `${gapMs} ms without a share`);
    const lost = shares.filter(({ result }) => result === 'unknown' || result === 'rejected');
    t.same(lost, [], 'no share is lost');
    t.not(now.supervisor?.pid, was.supervisor?.pid);
    t.equal(await show('UnitFileState'), 'enabled');
  });

  await t.test('removed, it mines no more, and keeps what was set up', async (t) => {
    await dpkg('-r', 'pearlctl');
    t.equal(await show('LoadState'), 'not-found');
    t.equal(await box.run(['ls', '/etc/pearlctl/pearlctl.ini']), '/etc/pearlctl/pearlctl.ini');
    t.equal((await box.exec(['pgrep', '-u', 'pearlctl'])).stdout, '');
    t.equal(await box.run(['find', '/usr', '/run', '-xdev', '-name', '*pearlctl*']), '');
  });

  await t.test('purged, it leaves nothing', async (t) => {
    await dpkg('-P', 'pearlctl');
    const places = ['/etc', '/usr', '/var', '/run', '/tmp'];
    const left = await box.run(['find', ...places, '-xdev', '-name', '*pearlctl*', '-not', '-path', '/var/log/*']);
    t.equal(left, '');
    t.same(await lists(), before, 'accounts and groups are those of before');
  });

  await t.test('the rpm does the same in the words of rpm', { skip: noRpm }, async (t) => {
    // No other package is known to rpm here.
    await box.run(['rpm', '-i', '--nodeps', '/opt/own.rpm'], { timeoutMs: 60_000 });
    t.equal(await box.run(['pearlctl', '--version']), `pearlctl ${VERSION}`);
    t.match(await box.run(['getent', 'passwd', 'pearlctl']), /:\/usr\/sbin\/nologin$/);
    t.equal(await show('UnitFileState'), 'disabled');
    await box.run(['systemctl', 'enable', 'pearlctl']);
    await box.run(['rpm', '-e', 'pearlctl']);
    t.equal(await show('LoadState'), 'not-found');
    t.equal(
      await box.run(['find', '/etc', '/usr', '/run', '-xdev', '-name', '*pearlctl*']),
      '',
      'the account alone stays',
    );
  });

  await t.test(
    'a service of the archive lives on while a package comes and goes, and without its folder',
    async (t) => {
      const own = (...args: string[]) => box.run(['/opt/pearlctl/pearlctl', ...args], { timeoutMs: 120_000 });
      await own('init', '--yes', '--network', 'devnet', '--threads', '1');
      await own('install', '--yes');
      const pid = await show('MainPID');
      await dpkg('-i', '/opt/old.deb');
      t.equal(await show('FragmentPath'), '/etc/systemd/system/pearlctl.service');
      await dpkg('-P', 'pearlctl');
      t.equal(await show('MainPID'), pid, 'it was never stopped');
      t.match(await box.run(['getent', 'passwd', 'pearlctl']), /^pearlctl:/);
      await box.run(['rm', '-r', '/opt/pearlctl']);
      // It is ready when this returns: the gateway answers, and the miner has loaded its addon.
      await box.run(['systemctl', 'restart', 'pearlctl'], { timeoutMs: 60_000 });
      t.not(await show('MainPID'), pid);
      t.match(await box.run(['ls', '/etc/pearlctl']), 'pearlctl.ini');
    },
  );
});
