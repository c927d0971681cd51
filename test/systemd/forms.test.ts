// The forms in which pearlctl comes, each on a freshly installed Debian where nothing can be built: the packages of Debian and rpm,
// the archive, and npm's packages for root and for an ordinary user. Installed it does nothing, set up it mines, a newer version
// takes over while it mines, and in the end nothing is left.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { builtAddons, packNpm } from '../../scripts/packages/pack-npm.ts';
import { hasTool, runTool } from '../../scripts/packages/run-tool.ts';
import { stageArchive } from '../../scripts/packages/stage-folder.ts';
import { VERSION } from '../../src/base/version.ts';
import { packageAs } from '../service/other-version.ts';
import { signer } from '../service/upgrade/signer.ts';
import { makeBareRoot } from './bare-root.ts';
import { Box, type BoxResult, whyNoBox } from './box.ts';
import { debianPackage, folderParts, hasNfpm, systemPackage } from './debian-package.ts';
import { changes, everything, type Form, live, mining } from './form-life.ts';
import { fetching, installNode, nodeAndNpm, npmEnvironment, repacked } from './npm-form.ts';

const skip = whyNoBox() || (!hasTool('dpkg-deb') && 'dpkg is not installed');
t.setTimeout(600_000);

const NEWER = '9.1.0';
const noRpm = !hasNfpm ? 'nfpm is not installed' : !hasTool('rpm') && 'rpm is not installed';
const noLintian = !hasNfpm ? 'nfpm is not installed' : !hasTool('lintian') && 'lintian is not installed';
/** What builds programs, or would run scripts of the build. */
const BUILDERS = ['cc', 'gcc', 'c++', 'clang', 'make', 'ld', 'as', 'cargo', 'rustc', 'python3', 'node', 'npm'];
const KIM = 4712;

t.test('the forms of pearlctl', { skip, timeout: 600_000 }, async (t) => {
  // Made while the packages are packed.
  const making = makeBareRoot(noRpm === false ? ['rpm'] : []);
  const folder = t.testdir({ newer: {} });
  const packed = pack(folder);
  t.comment(hasNfpm ? 'packed by nfpm' : 'packed by dpkg-deb: nfpm is not installed');

  await t.test('lintian finds nothing but what is argued for', { skip: noLintian }, async (t) => {
    // The addon of a release has no symbols either.
    const args = ['--allow-root', '--suppress-tags', 'unstripped-binary-or-object', packed.seed['/opt/old.deb'] ?? ''];
    const { stdout, exitCode } = await execa('lintian', args, { reject: false, stderr: 'ignore' });
    t.equal(stdout, '');
    t.equal(exitCode, 0);
  });

  const root = await making;
  const bare = typeof root !== 'string';
  if (bare) t.teardown(() => root.remove());
  const box = await Box.create({ ...packed.seed, ...nodeAndNpm() }, 'unified', bare ? root.folder : '/');
  t.teardown(() => box.down());
  rmSync(join(folder, 'seed'), { recursive: true });
  await box.boot();

  await t.test('nothing here can build a program', { skip: !bare && root }, async (t) => {
    for (const name of BUILDERS) t.notOk((await box.exec(['sh', '-c', `command -v ${name}`])).stdout, name);
  });

  await t.test('the package of Debian', async (t) => liveAsDeb(t, box));
  await t.test('the package of rpm', { skip: noRpm }, async (t) => liveAsRpm(t, box));
  await t.test('the archive', async (t) => liveAsArchive(t, box, packed.publicKey));
  await installNode(box);
  await t.test('npm, as root', async (t) => liveByNpm(t, box, packed, null));
  await box.run(['useradd', '--create-home', '--uid', String(KIM), 'kim']);
  // Without polkit nobody may have it for themselves: this is what `install` says to type there.
  await box.run(['loginctl', 'enable-linger', 'kim']);
  await t.test('npm, as an ordinary user', async (t) => liveByNpm(t, box, packed, 'kim'));
});

interface Packed {
  readonly seed: Record<string, string>;
  /** Of npm, this version and the newer one. */
  readonly tarballs: readonly string[];
  readonly newerTarballs: readonly string[];
  /** Of what the newer archive is signed with. */
  readonly publicKey: string;
}

/** Everything that is installed later, into `folder`. */
function pack(folder: string): Packed {
  const seed = join(folder, 'seed');
  const newer = packageAs(NEWER, join(folder, 'newer'));
  const rpm = noRpm === false ? { '/opt/own.rpm': systemPackage('rpm', '.', seed) } : {};
  const [old, archive] = [join(seed, 'archive'), join(seed, `pearlctl-${NEWER}.tar`)];
  stageArchive(old, folderParts('.'));
  stageArchive(join(seed, 'newer', 'pearlctl'), folderParts(newer));
  // A release's is packed with xz, which takes a minute here and is not on a machine as bare as this one.
  runTool('tar', ['-cf', archive, '-C', join(seed, 'newer'), 'pearlctl']);
  const { publicKey, signatureOf } = signer();
  writeFileSync(`${archive}.minisig`, signatureOf(readFileSync(archive)));
  const tarballs = packNpm(join(folder, 'npm'), builtAddons());
  return {
    seed: {
      '/opt/old.deb': debianPackage('.', seed),
      '/opt/new.deb': debianPackage(newer, seed),
      '/opt/pearlctl': old,
      '/opt/new.tar': archive,
      '/opt/new.tar.minisig': `${archive}.minisig`,
      ...rpm,
    },
    tarballs,
    newerTarballs: repacked(tarballs, NEWER, join(folder, 'npm-newer')),
    publicKey,
  };
}

function systemForm(box: Box, command: readonly string[], upgrade: () => Promise<unknown>): Form {
  return {
    pearlctl: (...args) => box.exec([...command, ...args]),
    run: (words) => box.exec(words),
    systemctl: ['systemctl'],
    ledger: '/var/lib/pearlctl/shares.jsonl',
    upgrade,
  };
}

const show = (box: Box, property: string) => box.run(['systemctl', 'show', '-P', property, 'pearlctl']);
const dpkg = (box: Box, ...args: string[]) => box.run(['dpkg', '--force-unsafe-io', ...args], { timeoutMs: 60_000 });

async function liveAsDeb(t: Test, box: Box): Promise<void> {
  const before = await everything(box);
  const form = systemForm(box, ['pearlctl'], () => dpkg(box, '-i', '/opt/new.deb'));

  await t.test('installed, it has an account and a unit, and nothing runs', async (t) => {
    await dpkg(box, '-i', '/opt/old.deb');
    t.equal(await box.run(['pearlctl', '--version']), `pearlctl ${VERSION}`);
    t.match(await box.run(['getent', 'passwd', 'pearlctl']), /:\/var\/lib\/pearlctl:\/usr\/sbin\/nologin$/);
    t.equal(await show(box, 'UnitFileState'), 'disabled');
    t.equal(await show(box, 'ActiveState'), 'inactive');
    t.not((await box.exec(['ls', '/etc/pearlctl'])).exitCode, 0, 'there is no configuration');
    t.equal(await box.run(['systemd-analyze', 'verify', 'pearlctl.service']), '');
    t.equal(await box.run(['dpkg', '--verify', 'pearlctl']), '');
  });

  await live(t, box, form);
  const name = await box.run(['cat', `/proc/${await show(box, 'MainPID')}/comm`]);
  t.equal(name, 'pearlctl', 'the system lists it by its own name');

  await t.test('removed, it mines no more, and keeps what was set up', async (t) => {
    await dpkg(box, '-r', 'pearlctl');
    t.equal(await show(box, 'LoadState'), 'not-found');
    t.equal(await box.run(['ls', '/etc/pearlctl/pearlctl.ini']), '/etc/pearlctl/pearlctl.ini');
    t.equal(await box.run(['find', '/proc', '-maxdepth', '1', '-user', 'pearlctl']), '');
    t.equal(await box.run(['find', '/usr', '/run', '-xdev', '-name', '*pearlctl*']), '');
  });

  await t.test('purged, it leaves nothing', async (t) => {
    await dpkg(box, '-P', 'pearlctl');
    t.same(await changes(box, before), []);
  });
}

async function liveAsRpm(t: Test, box: Box): Promise<void> {
  // Where rpm is at home, the package `filesystem` has these.
  const shared = ['/usr/share/fish/vendor_completions.d', '/usr/share/zsh/site-functions'];
  await box.run(['mkdir', '-p', ...shared]);
  const before = await everything(box);
  const rpm = ['rpm', '--dbpath', '/run/rpm'];
  // No other package is known to rpm here.
  await box.run([...rpm, '-i', '--nodeps', '/opt/own.rpm'], { timeoutMs: 60_000 });
  t.equal(await box.run(['pearlctl', '--version']), `pearlctl ${VERSION}`);
  t.match(await box.run(['getent', 'passwd', 'pearlctl']), /:\/usr\/sbin\/nologin$/);
  t.equal(await show(box, 'UnitFileState'), 'disabled');
  await box.run(['systemctl', 'enable', 'pearlctl']);
  await box.run([...rpm, '-e', 'pearlctl']);
  t.equal(await show(box, 'LoadState'), 'not-found');
  t.match(await box.run(['getent', 'passwd', 'pearlctl']), /^pearlctl:/, 'the account stays, as files may be its own');
  await box.run(['userdel', 'pearlctl']);
  t.same(await changes(box, before), [], 'and nothing else does');
  await box.run(['rmdir', '-p', '--ignore-fail-on-non-empty', ...shared]);
}

async function liveAsArchive(t: Test, box: Box, publicKey: string): Promise<void> {
  const own = ['/opt/pearlctl/pearlctl'];
  const before = (await everything(box)).filter((line) => !line.startsWith('/opt/pearlctl'));
  const form = systemForm(box, own, () =>
    box.run([...own, 'upgrade', '/opt/new.tar', '--key', publicKey, '--yes'], { timeoutMs: 120_000 }),
  );
  await live(t, box, form);

  await t.test('its service lives on while a package comes and goes, and without its folder', async (t) => {
    const pid = await show(box, 'MainPID');
    await dpkg(box, '-i', '/opt/old.deb');
    t.equal(await show(box, 'FragmentPath'), '/etc/systemd/system/pearlctl.service');
    await dpkg(box, '-P', 'pearlctl');
    t.equal(await show(box, 'MainPID'), pid, 'it was never stopped');
    t.match(await box.run(['getent', 'passwd', 'pearlctl']), /^pearlctl:/);
    await box.run(['rm', '-r', '/opt/pearlctl']);
    // It is ready when this returns: the gateway answers, and the miner has loaded its addon.
    await box.run(['systemctl', 'restart', 'pearlctl'], { timeoutMs: 60_000 });
    t.not(await show(box, 'MainPID'), pid);
    t.match(await box.run(['ls', '/etc/pearlctl']), 'pearlctl.ini');
  });

  await t.test('uninstalled with a purge, it leaves nothing', async (t) => {
    const current = '/usr/local/lib/pearlctl/current';
    await box.run([`${current}/bin/pearlctl`, `${current}/pearlctl.mjs`, 'uninstall', '--purge', '--yes']);
    t.same(await changes(box, before), []);
  });
}

/** For root the service of the machine, for anybody else one of their own. */
async function liveByNpm(t: Test, box: Box, packed: Packed, user: string | null): Promise<void> {
  const prefix = `/home/${user}/.npm-packages`;
  const path = `${prefix}/bin:/usr/bin:/bin`;
  const own = npmEnvironment(user ?? 'root');
  const run = (command: readonly string[], env: Record<string, string> = {}): Promise<BoxResult> =>
    user === null
      ? box.exec(command, { env: { ...own, ...env } })
      : box.asUser(user, KIM, command, { ...own, PATH: path, npm_config_prefix: prefix, ...env });
  const done = async (doing: Promise<BoxResult>) => {
    const result = await doing;
    t.equal(result.exitCode, 0, result.stderr);
  };
  const npm = (tarballs: readonly string[]) =>
    done(fetching(box, tarballs, (env) => run(['npm', 'install', '--global', 'pearlctl'], env)));
  const form: Form = {
    pearlctl: (...args) => run(['pearlctl', ...args]),
    run: (command) => run(command),
    systemctl: user === null ? ['systemctl'] : ['systemctl', '--user'],
    ledger: `${user === null ? '/var/lib' : `/home/${user}/.local/state`}/pearlctl/shares.jsonl`,
    async upgrade() {
      // Root has the service alone take it, by its number.
      const byNumber = (env: Record<string, string>) => run(['pearlctl', 'upgrade', NEWER, '--yes'], env);
      if (user === null) return done(fetching(box, packed.newerTarballs, byNumber));
      await npm(packed.newerTarballs);
      return done(run(['pearlctl', 'upgrade', '--yes']));
    },
  };
  if (user !== null) await run(['mkdir', '-p', `${prefix}/bin`, `${prefix}/lib/node_modules`, `${prefix}/share/man`]);
  const before = await everything(box);
  await npm(packed.tarballs);
  t.equal((await form.pearlctl('--version')).stdout, `pearlctl ${VERSION}`);
  await live(t, box, form);
  t.equal((await form.pearlctl('rollback', '--yes')).exitCode, 0);
  await mining(form, 'the version before', ({ version }) => version === VERSION);

  await t.test('uninstalled with a purge, and removed by npm, it leaves nothing', async (t) => {
    t.equal((await form.pearlctl('uninstall', '--purge', '--yes')).exitCode, 0);
    t.equal((await run(['npm', 'uninstall', '--global', 'pearlctl'])).exitCode, 0);
    t.same(await changes(box, before), []);
  });
}
