// What the packages with a Node inside consist of, laid down from this build with the running Node; test/systemd/forms.test.ts
// plays the life of each.
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { hasTool } from '../../../scripts/packages/run-tool.ts';
import { PLACE, stageArchive, stageSystem } from '../../../scripts/packages/stage-folder.ts';
import { chooseTargets, TARGETS } from '../../../scripts/packages/targets.ts';
import { sign, writeChecksums } from '../../../scripts/release/checksums.ts';
import { newestGlibc } from '../../../scripts/release/glibc-floor.ts';
import { fillRecipe, RECIPES } from '../../../scripts/release/recipes.ts';
import { sectionOf } from '../../../scripts/release/release-notes.ts';
import { programOwner } from '../../../src/base/packaging/this-copy.ts';
import { VERSION } from '../../../src/base/version.ts';
import { checkSignature, parseSigningKey } from '../../../src/service/upgrade/minisign.ts';
import { folderParts } from '../../systemd/debian-package.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const skip = process.platform !== 'linux' && 'the packages are for Linux';
t.setTimeout(120_000);

/** Each path with its mode and where it leads, but for the parts of the bundle, whose names follow from their content. */
function listing(folder: string): string {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !/-[A-Z0-9]{8}\.mjs$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const lines = paths.map((path) => {
    const facts = lstatSync(path);
    const name = relative(folder, path).replace(/pearlctl\.linux-.*\.node$/, 'pearlctl.linux-PLATFORM.node');
    return facts.isSymbolicLink() ? `${name} -> ${readlinkSync(path)}` : `${(facts.mode & 0o7777).toString(8)} ${name}`;
  });
  return `${lines.join('\n')}\n`;
}

function expectGolden(t: Test, name: string, text: string): void {
  const file = join(GOLDEN, name);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
  t.equal(text, readFileSync(file, 'utf8'));
}

t.test('the packages of Debian and of rpm', { skip }, async (t) => {
  const folder = t.testdir({ deb: {}, rpm: {} });
  const deb = join(folder, 'deb');
  stageSystem(deb, 'deb', folderParts('.'));
  await t.test('hold what a system expects in its places, and no configuration', async (t) => {
    expectGolden(t, 'debian-package.txt', listing(deb));
    t.notOk(existsSync(join(deb, 'etc')), 'so a removal has nothing to ask about');
  });
  await t.test('say who owns them, and start with the Node inside', async (t) => {
    const own = join(deb, PLACE);
    t.equal(readFileSync(join(own, 'owner'), 'utf8'), 'deb\n');
    t.match(readFileSync(join(own, 'pearlctl.cjs'), 'utf8'), `#!${PLACE}/bin/node\n`);
    const unit = readFileSync(join(deb, 'usr/lib/systemd/system/pearlctl.service'), 'utf8');
    t.match(unit, /^ExecStart=\/usr\/lib\/pearlctl\/bin\/pearlctl .*\/usr\/lib\/pearlctl\/pearlctl\.mjs supervise /m);
    t.match(unit, '\nUser=pearlctl\n');
    const changelog = gunzipSync(readFileSync(join(deb, 'usr/share/doc/pearlctl/changelog.gz'))).toString();
    t.match(changelog, `pearlctl (${VERSION}) unstable;`);
  });
  await t.test('differ in what each system calls its own', async (t) => {
    const rpm = join(folder, 'rpm');
    stageSystem(rpm, 'rpm', folderParts('.'));
    t.equal(readFileSync(join(rpm, PLACE, 'owner'), 'utf8'), 'rpm\n');
    const [ofDeb, ofRpm] = [deb, rpm].map((root) => listing(root).split('\n'));
    t.same(
      ofRpm?.filter((line) => !ofDeb?.includes(line)),
      ['644 usr/share/zsh/site-functions/_pearlctl'],
    );
  });
});

t.test('the archive runs from wherever it is unpacked, also through a link', { skip }, async (t) => {
  const folder = t.testdir({ 'a place': {} });
  const place = join(folder, 'a place');
  stageArchive(place, folderParts('.'));
  expectGolden(t, 'archive.txt', listing(place));
  t.equal(readFileSync(join(place, 'owner'), 'utf8'), 'tar\n');
  symlinkSync(join(place, 'pearlctl'), join(folder, 'link'));
  const run = (...args: string[]) =>
    execa(join(folder, 'link'), args, { env: { PATH: '/usr/bin:/bin' }, extendEnv: false });
  t.equal((await run('--version')).stdout, `pearlctl ${VERSION}`);
  t.match((await run('self-test')).stdout, /✓ scalar/);
});

t.test('an addon that needs a newer glibc than is allowed is seen', async (t) => {
  const line = (version: string) => `0000 DF *UND* 0000 (${version}) name\n`;
  t.equal(newestGlibc(['GLIBC_2.9', 'GLIBC_2.34', 'GLIBC_2.28', 'CXXABI_1.3'].map(line).join('')), '2.34');
  t.equal(newestGlibc(line('GCC_3.0')), null);
});

t.test('there is a target for each addon that package.json names, and no other is taken', async (t) => {
  const { napi } = JSON.parse(readFileSync('package.json', 'utf8')) as { napi: { targets: string[] } };
  t.same(TARGETS.map(({ triple }) => triple).sort(), [...napi.targets].sort());
  t.same(chooseTargets('all'), TARGETS);
  t.throws(() => chooseTargets('mips-unknown-linux-gnu'), /There is no target mips-unknown-linux-gnu/);
});

t.test('the notes are the section of the version, or of what is not released yet', async (t) => {
  const text = '# Changelog\n\n## [Unreleased]\n\n- new\n\n## [1.2.0] - 2026-01-01\n\n- old\n\n## [1.1.0]\n\n- older\n';
  t.same(sectionOf(text, '1.2.0'), { text: '- old', released: true });
  t.same(sectionOf(text, '9.9.9'), { text: '- new', released: false });
  t.throws(() => sectionOf('# Changelog\n', '1.0.0'), /neither/);
});

t.test('the texts for Homebrew, Arch and Nix are filled, and can be read', async (t) => {
  const folder = t.testdir({});
  const facts = { version: '1.2.3', base: 'https://example.com/v1.2.3', digestOf: () => 'ab'.repeat(32) };
  const checkers: Record<string, string[]> = {
    'pearlctl.rb': ['ruby', '-c'],
    PKGBUILD: ['bash', '-n'],
    'flake.nix': ['nix-instantiate', '--parse'],
  };
  for (const [name, template] of Object.entries(RECIPES)) {
    const text = readFileSync(join('templates/packages', template), 'utf8');
    const file = join(folder, name);
    writeFileSync(file, fillRecipe(text, facts));
    t.match(readFileSync(file, 'utf8'), /https:\/\/example\.com\/v1\.2\.3\/pearlctl-/);
    t.throws(() => fillRecipe(text, { ...facts, digestOf: () => undefined }), /The release has no pearlctl-/);
    const [checker = '', ...args] = checkers[name] ?? [];
    const marker = { PKGBUILD: 'pacman', 'flake.nix': 'nix' }[name];
    if (marker !== undefined)
      t.match(text, new RegExp(`\\n *echo ${marker} >\\S+/lib/pearlctl/owner"?\\n`), 'it says whose it is');
    if (!hasTool(checker)) t.pass(name, { skip: `${checker} is not installed` });
    else t.equal((await execa(checker, [...args, file], { reject: false })).exitCode, 0, name);
  }
  t.throws(() => fillRecipe('@OTHER@', facts), /Nothing fills @OTHER@/);
});

t.test('the PKGBUILD makes a program of the archive that starts, and that pacman owns', { skip }, async (t) => {
  const folder = t.testdir({ src: {}, pkg: {} });
  stageArchive(join(folder, 'src', 'pearlctl-1.2.3-linux-x64'), folderParts('.'));
  const facts = { version: '1.2.3', base: 'https://example.com', digestOf: () => 'ab'.repeat(32) };
  writeFileSync(join(folder, 'PKGBUILD'), fillRecipe(readFileSync('templates/packages/aur/PKGBUILD', 'utf8'), facts));
  const env = { srcdir: join(folder, 'src'), pkgdir: join(folder, 'pkg') };
  await execa('bash', ['-euc', '. ./PKGBUILD; package'], { cwd: folder, env });
  const { stdout } = await execa(join(folder, 'pkg/usr/bin/pearlctl'), ['--version']);
  t.equal(stdout, `pearlctl ${VERSION}`);
  t.equal(programOwner(join(folder, 'pkg/usr/lib/pearlctl')), 'pacman');
  t.same(readdirSync(join(folder, 'pkg/usr/share')), ['bash-completion', 'fish', 'licenses', 'man', 'zsh']);
});

t.test('the scripts of the packages are read by a plain shell', async (t) => {
  for (const name of readdirSync('templates/packages').filter((file) => file.endsWith('.sh'))) {
    t.equal((await execa('sh', ['-n', join('templates/packages', name)], { reject: false })).exitCode, 0, name);
  }
});

t.test('checksums and signatures are those that sha256sum and an upgrade check', { skip }, async (t) => {
  const folder = t.testdir({ key: {}, release: { 'a.tar.xz': 'one', 'b.deb': 'two' } });
  const release = join(folder, 'release');
  const files = writeChecksums(release);
  t.same(
    files.map((path) => relative(release, path)),
    ['a.tar.xz', 'b.deb', 'SHA256SUMS'],
  );
  t.match((await execa('sha256sum', ['--check', 'SHA256SUMS'], { cwd: release })).stdout, 'a.tar.xz: OK\nb.deb: OK');
  if (!hasTool('minisign', '-v')) {
    t.pass('signatures', { skip: 'minisign is not installed' });
    return;
  }
  const [secret, open] = [join(folder, 'key', 'secret'), join(folder, 'key', 'open')];
  await execa('minisign', ['-G', '-W', '-s', secret, '-p', open]);
  sign(files, secret, 'pearlctl 1.2.3');
  const key = parseSigningKey(readFileSync(open, 'utf8'));
  for (const file of files) {
    t.equal(checkSignature(readFileSync(file), readFileSync(`${file}.minisig`, 'utf8'), key), 'pearlctl 1.2.3');
  }
});
