// One command makes a fresh clone ready, then runs the command it was given: npm packages, the native addon and the
// TypeScript build, side by side as far as none needs another, and each only when its inputs changed. `--scripts-only` leaves
// out the program: for scripts that need no more than packages. `--source-maps` builds the program with them, for
// `npm run coverage`; the next run without builds it again. No dependencies: this runs before there are any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** EX_CONFIG of sysexits.h: the machine has to be changed by hand before this can work. */
const EX_CONFIG = 78;
/** EX_UNAVAILABLE of sysexits.h: a program that is needed did not come to an end of its own. */
const EX_UNAVAILABLE = 69;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFolder = join(root, 'dist', '.stamps');

function say(text) {
  process.stderr.write(`${text}\n`);
}

function refuse(need, found, how) {
  say(`pearlctl: ${need} is needed, ${found} was found.`);
  say(`  ${how}`);
  process.exit(EX_CONFIG);
}

function versionTuple(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? match.slice(1).map((part) => Number(part ?? 0)) : null;
}

function olderThan(found, wanted) {
  for (let i = 0; i < 3; i++) {
    const difference = (found[i] ?? 0) - (wanted[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function checkNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  if (olderThan(versionTuple(process.versions.node), versionTuple(wanted))) {
    refuse(
      `Node ${wanted} or newer`,
      process.versions.node,
      'Install it from https://nodejs.org or your distribution, then run this again.',
    );
  }
}

/** Keeps rustup from fetching the toolchain of rust-toolchain.toml where another one is installed that may do as well. */
function chooseRust() {
  if (process.env.RUSTUP_TOOLCHAIN !== undefined) return;
  const { status, stdout } = spawnSync('rustup', ['toolchain', 'list'], { encoding: 'utf8', cwd: root });
  if (status !== 0) return;
  const installed = stdout.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('no installed'));
  const wanted = /channel = "([^"]+)"/.exec(readFileSync(join(root, 'rust-toolchain.toml'), 'utf8'))[1];
  if (installed.length === 0 || installed.some((line) => line.startsWith(wanted))) return;
  const chosen = installed.find((line) => line.includes('default')) ?? installed[0];
  process.env.RUSTUP_TOOLCHAIN = chosen.split(' ')[0];
}

function checkRust() {
  const wanted = /rust-version = "([^"]+)"/.exec(readFileSync(join(root, 'native', 'Cargo.toml'), 'utf8'))[1];
  const how = 'Install it with https://rustup.rs (or `rustup update stable`), then run this again.';
  for (const tool of ['cargo', 'rustc']) {
    const result = spawnSync(tool, ['--version'], { encoding: 'utf8', cwd: root });
    if (result.error || result.status !== 0) refuse(`Rust ${wanted} or newer`, `no working ${tool}`, how);
    if (tool === 'rustc' && olderThan(versionTuple(result.stdout), versionTuple(wanted))) {
      refuse(`Rust ${wanted} or newer`, result.stdout.trim(), how);
    }
  }
}

/** Rust links with the machine's C compiler, and says little when there is none. */
function checkLinker() {
  const found = ['cc', 'gcc', 'clang'].some((tool) => spawnSync(tool, ['--version']).status === 0);
  if (found) return;
  const how =
    process.platform === 'darwin'
      ? 'Type: xcode-select --install'
      : 'Install it, on Debian or Ubuntu with: apt install build-essential';
  refuse('A C compiler', 'none', `${how}. Then run this again.`);
}

/** Every file below the given paths, in a fixed order, so that the same tree always has the same digest. */
function* filesBelow(path) {
  if (!existsSync(path)) return;
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name === 'target' || entry.name === 'node_modules') continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(child);
    else if (entry.isFile()) yield child;
  }
}

function digest(paths, extra) {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) {
    const full = join(root, path);
    const files = existsSync(full) && !path.includes('.') ? filesBelow(full) : [full];
    for (const file of files) {
      hash.update(file.slice(root.length)).update('\0');
      if (existsSync(file)) hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** The programs that work on a step now: they end with us. */
const working = new Set();

/** Resolves when the program has succeeded; otherwise says what it said, and ends this process. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    working.add(child);
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => said.push(text));
    const failed = (status, reason) => {
      say(said.join(''));
      say(`pearlctl: \`${command} ${args.join(' ')}\` failed (${reason}).`);
      leave(status);
    };
    child.once('error', ({ message }) => failed(EX_UNAVAILABLE, message));
    child.once('close', (code, signal) => {
      working.delete(child);
      if (code === 0) resolve();
      else failed(code ?? EX_UNAVAILABLE, signal ?? `exit ${code}`);
    });
  });
}

function leave(status) {
  for (const child of working) child.kill();
  process.exit(status);
}

/** Runs a step when its inputs changed since the last success, or when what it makes is gone. */
async function step({ name, inputs, product, extra = '', action }) {
  const stampFile = join(stampFolder, name);
  const now = digest(inputs, `${process.version} ${process.platform} ${process.arch} ${extra}`);
  const before = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (before === now && existsSync(join(root, product))) return;
  const startedMs = performance.now();
  say(`set-up: ${name} …`);
  // A step that fails may have changed its product: after the change is taken back, the step must run again.
  rmSync(stampFile, { force: true });
  await action();
  say(`set-up: ${name} … ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(stampFile, now);
}

function npm(args) {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? run(process.execPath, [script, ...args]) : run('npm', args);
}

const words = process.argv.slice(2);
const scriptsOnly = words[0] === '--scripts-only';
const sourceMaps = words[0] === '--source-maps';
checkNode();
chooseRust();
checkRust();
checkLinker();
const stopWith = { SIGINT: () => leave(130), SIGTERM: () => leave(143), SIGHUP: () => leave(129) };
for (const [signal, stop] of Object.entries(stopWith)) process.on(signal, stop);
const packages = step({
  name: 'npm packages',
  inputs: ['package-lock.json'],
  product: 'node_modules/.package-lock.json',
  action: () => npm(['ci', '--no-audit', '--no-fund']),
});
// What scripts play of the program and of its tests is bundled into them.
const scripts = packages.then(() =>
  step({
    name: 'scripts',
    inputs: ['scripts', 'src', 'test', 'package.json', 'package-lock.json'],
    product: 'dist/scripts/test.js',
    action: () => {
      rmSync(join(root, 'dist', 'scripts'), { recursive: true, force: true });
      return npm(['run', '--silent', 'build:scripts']);
    },
  }),
);
await (scriptsOnly ? scripts : Promise.all([buildAddon(), scripts]).then(buildTypeScript));
for (const [signal, stop] of Object.entries(stopWith)) process.off(signal, stop);

function buildAddon() {
  return step({
    name: 'native addon',
    inputs: ['native/Cargo.toml', 'native/Cargo.lock', 'native/core', 'native/addon'],
    product: 'dist/native/index.cjs',
    action: async () => {
      await Promise.all([packages, buildCore()]);
      await npm(['run', '--silent', 'build:native']);
    },
  });
}

/** Half of the addon, and no package has a part in it: it is compiled while they are fetched. */
async function buildCore() {
  const { stdout } = spawnSync('rustc', ['--version', '--verbose'], { encoding: 'utf8', cwd: root });
  const target = process.env.CARGO_BUILD_TARGET ?? /^host: (.+)$/m.exec(stdout)?.[1];
  if (target === undefined) return;
  const profile = ['--release', '--locked', '--target', target];
  await run('cargo', ['build', ...profile, '--manifest-path', 'native/Cargo.toml', '--package', 'pearl-core']);
}

async function buildTypeScript() {
  await step({
    name: 'TypeScript',
    inputs: ['src', 'tsconfig.json', 'package-lock.json', 'scripts/build-page.ts'],
    product: 'dist/js/cli.js',
    extra: sourceMaps ? 'source maps' : '',
    action: () => {
      // A file that was renamed or deleted in src must not live on in dist.
      rmSync(join(root, 'dist', 'js'), { recursive: true, force: true });
      rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
      return npm(['run', '--silent', sourceMaps ? 'build:maps' : 'build:ts']);
    },
  });
  await step({
    name: 'service bundle',
    inputs: ['src', 'scripts/bundle.ts', 'scripts/bundle', 'tsconfig.json', 'package.json', 'package-lock.json'],
    product: 'dist/bundle/pearlctl.mjs',
    // Only a tree with the command line in it has something to bundle.
    action: async () => {
      if (existsSync(join(root, 'dist', 'js', 'cli.js'))) await npm(['run', '--silent', 'bundle']);
    },
  });
}

const [command, ...args] = scriptsOnly || sourceMaps ? words.slice(1) : words;
if (command) {
  const child = spawn(command === 'node' ? process.execPath : command, args, { cwd: root, stdio: 'inherit' });
  // A terminal sends its signals to both of us, and the command decides what they mean; one meant for us alone is passed on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`pearlctl: ${command} cannot be started: ${error.message}`);
    process.exit(69);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
