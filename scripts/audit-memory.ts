// `npm run audit:memory [-- miri|valgrind|sanitizer …]`: the native core and the addon under tools that watch every access
// to memory; all three take an hour on a busy machine. A check that this machine cannot make is skipped with its reason.
// What was found, and when, stands in docs/security.md.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const NATIVE = resolve('native');
const TARGET = join(NATIVE, 'target', 'audit');
const host = spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout?.match(/^host: (.+)$/m)?.[1] ?? '';
let failed = 0;

function works(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Runs a check; what it says is shown only when it fails. */
function check(title, command, args, env = {}) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('nice', ['-n', '10', command, ...args], {
    cwd: NATIVE,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${title} (${seconds} s)\n`);
  if (status === 0) return true;
  failed += 1;
  process.stdout.write(`${stdout?.slice(-8000)}\n${stderr?.slice(-8000)}\n`);
  return false;
}

function skip(title, reason) {
  process.stdout.write(`– ${title}: skipped: ${reason}\n`);
}

/** The interpreter: alignment, bounds, lifetimes, initialisation, data races. It knows no vector instructions of ours. */
function miri() {
  const title = 'Miri: the smallest sizes of everything, with the scalar kernel';
  if (!works('cargo', '+nightly', 'miri', '--version')) {
    return skip(title, 'not installed; type: rustup toolchain install nightly --component miri,rust-src');
  }
  // The clock and the files of the real machine are read.
  const env = { MIRIFLAGS: '-Zmiri-disable-isolation', CARGO_TARGET_DIR: `${TARGET}-miri` };
  check(title, 'cargo', ['+nightly', 'miri', 'test', '-q', '-p', 'pearl-core', '--test', 'small'], env);
  const units = ['+nightly', 'miri', 'test', '-q', '-p', 'pearl-core', '--lib', '--', 'buffer', 'groups'];
  check('Miri: unit tests of the search', 'cargo', units, env);
}

/** Every kernel that valgrind knows the instructions of; it hides the others from the program. */
function valgrind() {
  const title = 'valgrind: the kernels up to AVX2, leaks included';
  if (!works('valgrind', '--version')) return skip(title, 'valgrind is not installed');
  if (!host.startsWith('x86_64')) return skip(title, 'written for x86-64');
  check(
    title,
    'cargo',
    ['test', '-q', '--locked', '-p', 'pearl-core', '--test', 'small', '--target', host, '--', '--test-threads=1'],
    {
      CARGO_TARGET_DIR: `${TARGET}-valgrind`,
      [`CARGO_TARGET_${host.toUpperCase().replaceAll('-', '_')}_RUNNER`]:
        'valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite',
    },
  );
}

/** The address sanitizer, with the large buffers in memory that it watches (`cfg(fuzzing)`). */
function sanitizer() {
  const title = 'address sanitizer: the core’s tests with every kernel of this processor';
  if (!works('cargo', '+nightly', '--version')) {
    return skip(title, 'no nightly compiler; type: rustup toolchain install nightly');
  }
  const env = { RUSTFLAGS: '-Zsanitizer=address --cfg fuzzing', CARGO_TARGET_DIR: `${TARGET}-asan` };
  const tests = ['small', 'kernels', 'attempts', 'miner', 'allocation', 'vectors'].flatMap((name) => ['--test', name]);
  const args = ['+nightly', 'test', '-q', '--locked', '-p', 'pearl-core', '--target', host, '--lib', ...tests];
  check(title, 'cargo', args, env);
  addon(env);
}

/** The addon as Node loads it; the sanitizer's runtime has to be there before it. */
function addon(env) {
  const title = 'address sanitizer: 20 000 calls of the addon’s entry points';
  if (process.platform !== 'linux') return skip(title, 'needs LD_PRELOAD');
  const found = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  // A linker script in its place names the library.
  const named = existsSync(found) ? /\S*libasan\.so[.\d]*/.exec(readHead(found))?.[0] : undefined;
  const runtime = named ?? found;
  if (!existsSync(runtime)) return skip(title, 'gcc has no libasan here');
  const args = ['+nightly', 'build', '-q', '--locked', '--release', '-p', 'pearlctl-addon', '--target', host];
  if (!check('address sanitizer: the addon is built', 'cargo', args, env)) return;
  const file = join(`${TARGET}-asan`, 'addon', 'pearlctl.node');
  mkdirSync(join(file, '..'), { recursive: true });
  copyFileSync(join(`${TARGET}-asan`, host, 'release', 'libpearlctl_addon.so'), file);
  check(title, process.execPath, [resolve('scripts/fuzz-addon.mjs'), file, '--runs', '20000'], {
    LD_PRELOAD: runtime,
    // Node itself leaves memory behind; an allocation that is too large is the addon's to refuse, not the tool's.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1',
  });
}

/** Empty for a library: only a linker script is text. */
function readHead(path) {
  const head = readFileSync(path).subarray(0, 1000);
  return head.readUInt32BE(0) === 0x7f454c46 ? '' : head.toString('latin1');
}

const CHECKS = { miri, valgrind, sanitizer };
const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length > 0) {
  process.stderr.write(
    `audit:memory: no check is called ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}.\n`,
  );
  process.exit(2);
}
for (const [name, run] of Object.entries(CHECKS)) if (named.length === 0 || named.includes(name)) run();
process.exit(failed === 0 ? 0 : 1);
