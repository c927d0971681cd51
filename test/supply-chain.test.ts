// What others wrote and we build on: few, named, locked with hashes, and running nothing when they are installed.
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';

const root = new URL('../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');

interface LockedPackage {
  version?: string;
  integrity?: string;
  resolved?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

const manifest = JSON.parse(text('package.json'));
const npmLock: { lockfileVersion: number; packages: Record<string, LockedPackage> } = JSON.parse(
  text('package-lock.json'),
);
const npmPackages = Object.entries(npmLock.packages).filter(([path]) => path !== '');
/** `NAME VERSION (LICENCE)` of each package that was packed into the program, as its notices say. */
const bundled = [...text('dist/bundle/NOTICES.txt').matchAll(/^-{80}\n(\S+) (\S+) \(([^)]+)\)$/gm)];

/** Licences that ask for no more than their text to be kept. */
const FREE = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD']);

/** The tables' first columns below the heading `Dependencies, and why each`. */
function documented(): { npm: string[]; crates: string[] } {
  const section = /## Dependencies, and why each\n([\s\S]*?)\n(?:For building|## )/.exec(
    text('docs/architecture.md'),
  )?.[1];
  const rows = [...(section ?? '').matchAll(/^\| ([^|]+?)(?: \(Rust\))? \|/gm)].filter(
    ([, cell]) => !/^(package|-+)/.test(cell ?? ''),
  );
  const of = (rust: boolean) =>
    rows.filter(([row]) => row.includes('(Rust)') === rust).flatMap(([, cell]) => cell?.split(', ') ?? []);
  return { npm: of(false).filter((name) => name !== 'package' && !name.startsWith('-')), crates: of(true) };
}

interface Crate {
  name: string;
  source: string | undefined;
  checksum: string | undefined;
}

function cratesOf(lock: string): Crate[] {
  return text(lock)
    .split('[[package]]')
    .slice(1)
    .map((entry) => {
      const field = (name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(entry)?.[1];
      return { name: field('name') ?? '', source: field('source'), checksum: field('checksum') };
    });
}

/** Names in the tables of dependencies of a manifest, except for those that only tests need. */
function directCrates(path: string): string[] {
  return text(path)
    .split(/^\[/m)
    .filter((section) => /^(target\..*\.)?(build-)?dependencies\]/.test(section))
    .flatMap((section) => [...section.matchAll(/^([\w-]+) = /gm)].map(([, name]) => name ?? ''));
}

t.test('every npm package is locked with a strong hash, and comes from the registry', async (t) => {
  t.equal(npmLock.lockfileVersion, 3);
  t.ok(npmPackages.length > 100, 'the list was read');
  for (const [path, { integrity, resolved, link }] of npmPackages) {
    if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '')) t.fail(`${path} has no sha512`);
    // No address at all: the hash says what it is, whichever registry gives it.
    if (resolved !== undefined || link === true) t.fail(`${path} comes from ${resolved}`);
  }
});

t.test('no package runs a script when it is installed', async (t) => {
  t.match(text('.npmrc'), /^ignore-scripts=true$/m);
  // esbuild's only checks that its binary is there; a new name here has to be looked at.
  const scripted = npmPackages.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  t.strictSame(
    scripted.map(([path]) => path),
    ['node_modules/esbuild'],
  );
  for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) t.notOk(hook in manifest.scripts, hook);
});

/** The packages that `src` imports, without the page, which has its own. */
function imported(): string[] {
  const files = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.startsWith('web/page/'),
  );
  const names = files.flatMap((name) =>
    [...text(`src/${name}`).matchAll(/(?:from |import\()'((?:@[\w-]+\/)?[\w-]+)[\w/.-]*'/g)].map(
      ([, from]) => from ?? '',
    ),
  );
  return [...new Set(names)].filter((name) => name !== 'node').sort();
}

t.test('what is packed into pearlctl is the short list of the design, in free licences', async (t) => {
  t.notOk('dependencies' in manifest, 'nothing is installed with it');
  t.strictSame(imported(), documented().npm.sort());
  const names = bundled.map(([, name]) => name);
  for (const name of imported()) t.ok(names.includes(name), `${name} is in the notices`);
  for (const [, name, version, license = ''] of bundled) {
    if (!FREE.has(license)) t.fail(`${name} is licensed as ${license}`);
    const locked = npmPackages.some(
      ([path, entry]) => path.endsWith(`node_modules/${name}`) && entry.version === version,
    );
    if (!locked) t.fail(`${name} ${version} is not the one of the lock`);
  }
  const count = `(${bundled.length} packages with theirs)`;
  t.ok(text('docs/security.md').includes(count), `docs/security.md says ${count}`);
});

t.test('crates are locked with checksums, and the direct ones are those of the design', async (t) => {
  for (const lock of ['native/Cargo.lock', 'native/fuzz/Cargo.lock']) {
    const crates = cratesOf(lock);
    t.ok(crates.length > 10, lock);
    const foreign = crates.filter(({ name }) => !/^pearl(ctl)?-(core|addon|fuzz)$/.test(name));
    for (const { name, source, checksum } of foreign) {
      if (!source?.startsWith('registry+')) t.fail(`${name} comes from ${source}`);
      if (!/^[0-9a-f]{64}$/.test(checksum ?? '')) t.fail(`${name} has no checksum`);
    }
  }
  const direct = [...directCrates('native/core/Cargo.toml'), ...directCrates('native/addon/Cargo.toml')];
  const { crates } = documented();
  t.strictSame([...new Set(direct)].filter((name) => name !== 'pearl-core').sort(), crates.sort());
});

t.test('builds use the locks', async (t) => {
  t.match(manifest.scripts['build:native'], /-- --locked$/);
  t.match(text('scripts/setup.mjs'), /npm\(\['ci',/);
});
