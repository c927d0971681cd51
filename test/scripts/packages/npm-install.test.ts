// The npm packages, packed from this build, and installed by npm as a stranger installs them: from a registry, with neither
// compiler nor checkout.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { builtAddons, packNpm } from '../../../scripts/packages/pack-npm.ts';
import { isVersion } from '../../../src/base/packaging/this-copy.ts';
import { VERSION } from '../../../src/base/version.ts';
import { type RunCommand, runCommand } from '../../../src/service/run-program.ts';
import { listRuntimeFiles } from '../../../src/service/runtime/runtime-source.ts';
import { fetchFromNpm } from '../../../src/service/upgrade/from-npm.ts';
import { fileIn, startRegistry } from '../../fixtures/npm-registry.ts';

const GOLDEN = join(import.meta.dirname, 'golden', 'program-package.txt');
/** Of a part that is loaded when it is needed: esbuild names it after a module and its content. */
const PART = /^dist\/bundle\/[\w-]+-[A-Z0-9]{8}\.mjs$/;

t.setTimeout(240_000);
// Not below the checkout, in which Node would find another `pearlctl`.
const box = realpathSync(mkdtempSync(join(tmpdir(), 'pearlctl-npm-')));
const tarballs = packNpm(join(box, 'tarballs'), builtAddons());
const program = tarballs.at(-1) ?? '';
/** Where npm puts it. */
const installed = join(box, 'lib', 'node_modules', 'pearlctl');
const { url, server } = await startRegistry(tarballs);
t.teardown(() => {
  server.close();
  rmSync(box, { recursive: true, force: true });
});

/** An ordinary environment that knows only this registry and this folder. */
function inBox(file: string, args: readonly string[], options: { cwd?: string } = {}) {
  const env = {
    PATH: `${join(box, 'bin')}:${process.env.PATH}`,
    HOME: join(box, 'home'),
    npm_config_registry: url,
    npm_config_cache: join(box, 'cache'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
  return execa(file, args, { env, extendEnv: false, reject: false, stdin: 'ignore', timeout: 120_000, ...options });
}

t.test('a folder of something else is not emptied', async (t) => {
  const folder = t.testdir({ 'letter.txt': 'Dear' });
  t.throws(() => packNpm(folder, []), /holds something else than packages/);
  t.equal(readFileSync(join(folder, 'letter.txt'), 'utf8'), 'Dear');
});

t.test('the program’s package holds what it needs and nothing else', async (t) => {
  const { stdout } = await execa('tar', ['-tzf', program]);
  const names = stdout.split('\n').map((name) => name.replace(/^package\//, ''));
  const parts = names.filter((name) => PART.test(name));
  t.ok(parts.length > 50 && parts.length < 400, `${parts.length} parts`);
  const text = `${names
    .filter((name) => !PART.test(name) && !name.startsWith('dist/types/'))
    .sort()
    .join('\n')}\n`;
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
  t.equal(text, readFileSync(GOLDEN, 'utf8'));
  const manifest = JSON.parse(fileIn(program, 'package.json'));
  for (const key of ['dependencies', 'devDependencies', 'scripts']) t.notOk(key in manifest, key);
});

t.test('every place that has a version has the one of package.json', async (t) => {
  t.match(readFileSync('native/Cargo.toml', 'utf8'), `\nversion = "${VERSION}"\n`);
  const manifests = tarballs.map((file) => JSON.parse(fileIn(file, 'package.json')));
  for (const { name, version, optionalDependencies = {} } of manifests) {
    t.equal(version, VERSION, name);
    for (const [other, wanted] of Object.entries(optionalDependencies)) t.equal(wanted, VERSION, other);
  }
  t.same(
    Object.keys(manifests.at(-1).optionalDependencies),
    manifests.slice(0, -1).map(({ name }) => name),
    'npm is told of each addon',
  );
});

t.test('an addon’s package has the licences of what is linked into it', async (t) => {
  const notices = fileIn(tarballs[0] ?? '', 'NOTICES.txt');
  for (const crate of ['blake3', 'libc', 'napi', 'rustix']) t.match(notices, new RegExp(`^${crate} [\\d.]+ \\(`, 'm'));
});

t.test('npm installs it, and it runs and can be imported', async (t) => {
  const install = await inBox('npm', ['install', '-g', '--prefix', box, 'pearlctl']);
  t.equal(install.exitCode, 0, install.stderr);
  const run = (...args: string[]) => inBox('pearlctl', args);
  t.equal((await run('--version')).stdout, `pearlctl ${VERSION}`);
  t.match((await run('self-test')).stdout, /✓ scalar/);
  t.same(
    listRuntimeFiles(installed)
      .map(({ to }) => to)
      .filter((to) => to.endsWith('.node')),
    builtAddons().map((path) => basename(path)),
    'a service gets the addon of npm’s package',
  );
  const script = `import { VERSION, CpuPearlProvider, detect } from 'pearlctl';
    console.log(VERSION, typeof CpuPearlProvider, typeof detect);`;
  const host = join(box, 'lib');
  writeFileSync(join(host, 'host.mjs'), script);
  const imported = await inBox(process.execPath, ['host.mjs'], { cwd: host });
  t.match(imported.stdout, `${VERSION} function`, imported.stderr);
});

t.test('an upgrade by number takes the program and its addon from npm', async (t) => {
  const env = { npm_config_registry: url, npm_config_cache: join(box, 'cache') };
  const run: RunCommand = (command, options) => runCommand(command, { ...options, env: { ...options?.env, ...env } });
  const offered = await fetchFromNpm(VERSION, run);
  t.match(offered, { version: VERSION, trust: /checksum of the registry/ });
  t.ok(
    listRuntimeFiles(offered.folder).some(({ to }) => to.endsWith('.node')),
    'all that a service needs is there',
  );
  offered.discard();
  t.notOk(existsSync(offered.folder));
  await t.rejects(fetchFromNpm('9.9.9', run), { code: 'INPUT_INVALID', message: 'npm has no pearlctl 9.9.9.' });
  const nowhere: RunCommand = (command) => run(['/nowhere', ...command.slice(1)]);
  await t.rejects(fetchFromNpm(VERSION, nowhere), { code: 'UPGRADE_REFUSED', message: /npm, which is not here/ });
  t.same(['1.2.3', '1.2.3-rc.1', 'latest', './1.2.3', '1.2'].map(isVersion), [true, true, false, false, false]);
});

t.test('its types need no other package', async (t) => {
  const types = join(installed, 'dist', 'types');
  const files = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts'));
  t.ok(files.includes('index.d.ts') && files.length > 20, `${files.length} files`);
  for (const file of files) {
    const text = readFileSync(join(types, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/(?:from\s*|import\()['"]([^'"]+)['"]/g)) {
      const target = join(types, dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
      if (!from.startsWith('node:') && !existsSync(target)) t.fail(`${file} imports ${from}`);
    }
  }
});

t.test('without the addon’s package it says what npm left out', async (t) => {
  rmSync(join(installed, 'node_modules'), { recursive: true });
  const { exitCode, stderr } = await inBox('pearlctl', ['self-test']);
  t.not(exitCode, 0);
  t.match(stderr, /npm left out the package @pearlctl\/addon-[\w-]+/);
  t.match(stderr, /npm install -g pearlctl --include=optional/);
});

t.test('a tree that is not built to its end is not packed', async (t) => {
  const tree = t.testdir({ scripts: {}, native: {}, dist: {}, docs: {} });
  const parts = ['package.json', 'scripts/check-built.mjs', 'native/Cargo.toml', 'docs/man', 'templates'];
  for (const part of [...parts, 'dist/bundle', 'dist/types', 'dist/page', 'dist/native']) {
    cpSync(part, join(tree, part), { recursive: true });
  }
  const check = () => execa(process.execPath, ['scripts/check-built.mjs'], { cwd: tree, reject: false });
  t.equal((await check()).exitCode, 0, (await check()).stderr);
  const said = async (damage: () => void, words: RegExp) => {
    damage();
    const { exitCode, stderr } = await check();
    t.match({ exitCode, stderr }, { exitCode: 78, stderr: words });
  };
  const bundle = join(tree, 'dist', 'bundle');
  const entry = readFileSync(join(bundle, 'pearlctl.mjs'), 'utf8');
  const [, first = ''] = /from "\.\/([\w-]+\.mjs)"/.exec(entry) ?? [];
  await said(() => rmSync(join(bundle, first)), new RegExp(`${first} is missing`));
  cpSync('dist/bundle', bundle, { recursive: true });
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const older = () => writeFileSync(join(tree, 'package.json'), JSON.stringify({ ...manifest, version: '0.0.9' }));
  await said(older, /native\/Cargo\.toml is of version .*, package\.json of 0\.0\.9/);
  cpSync('package.json', join(tree, 'package.json'));
  await said(
    () => rmSync(join(tree, 'dist', 'native'), { recursive: true }),
    /self-test fails: .*addon cannot be loaded/,
  );
  await said(() => rmSync(join(tree, 'dist', 'page'), { recursive: true }), /dist\/page\/index\.html is missing/);
});
