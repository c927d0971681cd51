// `npm run audit:memory [-- miri|valgrind|sanitizer …]`: the native core and the addon under tools that watch every access
// to memory; all three take an hour on a busy machine. A check that this machine cannot make is skipped with its reason.
// What was found, and when, stands in docs/security.md.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const NATIVE = resolve('native');
const TARGET = join(NATIVE, 'target', 'audit');
const host = spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout?.match(/^host: (.+)$/m)?.[1] ?? '';
let failed = 0;

function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Runs a check; what it says is shown only when it fails. */
function check(title: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
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

/** What a check needs of the machine is asked before it runs. */
interface MemoryCheck {
  readonly title: string;
  /** What the machine lacks and how to get it, or null. */
  missing(): string | null;
  run(title: string): void;
}

/** The interpreter: alignment, bounds, lifetimes, initialisation, data races. It knows no vector instructions of ours. */
const miri: MemoryCheck = {
  title: 'Miri: the smallest sizes of everything, with the scalar kernel',
  missing: () =>
    works('cargo', '+nightly', 'miri', '--version')
      ? null
      : 'not installed; type: rustup toolchain install nightly --component miri,rust-src',
  run(title) {
    // The clock and the files of the real machine are read.
    const env = { MIRIFLAGS: '-Zmiri-disable-isolation', CARGO_TARGET_DIR: `${TARGET}-miri` };
    check(title, 'cargo', ['+nightly', 'miri', 'test', '-q', '-p', 'pearl-core', '--test', 'small'], env);
    const units = ['+nightly', 'miri', 'test', '-q', '-p', 'pearl-core', '--lib', '--', 'buffer', 'groups'];
    check('Miri: unit tests of the search', 'cargo', units, env);
  },
};

/** Every kernel that valgrind knows the instructions of; it hides the others from the program. */
const valgrind: MemoryCheck = {
  title: 'valgrind: the kernels up to AVX2, leaks included',
  missing() {
    if (!works('valgrind', '--version')) return 'valgrind is not installed';
    return host.startsWith('x86_64') ? null : 'written for x86-64';
  },
  run(title) {
    const args = ['test', '-q', '--locked', '-p', 'pearl-core', '--test', 'small', '--target', host];
    check(title, 'cargo', [...args, '--', '--test-threads=1'], {
      CARGO_TARGET_DIR: `${TARGET}-valgrind`,
      [`CARGO_TARGET_${host.toUpperCase().replaceAll('-', '_')}_RUNNER`]:
        'valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite',
    });
  },
};

const ASAN_TARGET = `${TARGET}-asan`;
const asanEnv = { RUSTFLAGS: '-Zsanitizer=address --cfg fuzzing', CARGO_TARGET_DIR: ASAN_TARGET };

/** The address sanitizer, with the large buffers in memory that it watches (`cfg(fuzzing)`). */
const sanitizedCore: MemoryCheck = {
  title: 'address sanitizer: the core’s tests with every kernel of this processor',
  missing: missingNightly,
  run(title) {
    const tests = ['small', 'kernels', 'attempts', 'miner', 'allocation', 'vectors'].flatMap((name) => [
      '--test',
      name,
    ]);
    const args = ['+nightly', 'test', '-q', '--locked', '-p', 'pearl-core', '--target', host, '--lib', ...tests];
    check(title, 'cargo', args, asanEnv);
  },
};

/** The addon as Node loads it; the sanitizer's runtime has to be there before it. */
const sanitizedAddon: MemoryCheck = {
  title: 'address sanitizer: 20 000 calls of the addon’s entry points',
  missing() {
    if (process.platform !== 'linux') return 'needs LD_PRELOAD';
    if (!existsSync(sanitizerRuntime())) return 'gcc has no libasan here';
    return missingNightly();
  },
  run(title) {
    const args = ['+nightly', 'build', '-q', '--locked', '--release', '-p', 'pearlctl-addon', '--target', host];
    if (!check('address sanitizer: the addon is built', 'cargo', args, asanEnv)) return;
    const file = join(ASAN_TARGET, 'addon', 'pearlctl.node');
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(join(ASAN_TARGET, host, 'release', 'libpearlctl_addon.so'), file);
    check(title, process.execPath, [resolve('dist/scripts/fuzz-addon.js'), file, '--runs', '20000'], {
      LD_PRELOAD: sanitizerRuntime(),
      // Node itself leaves memory behind; an allocation that is too large is the addon's to refuse, not the tool's.
      ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1',
    });
  },
};

function missingNightly(): string | null {
  return works('cargo', '+nightly', '--version') ? null : 'no nightly compiler; type: rustup toolchain install nightly';
}

/** Where gcc keeps the library; a linker script in its place names it. */
function sanitizerRuntime(): string {
  const found = spawnSync('gcc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const named = existsSync(found) ? /\S*libasan\.so[.\d]*/.exec(readHead(found))?.[0] : undefined;
  return named ?? found;
}

/** Empty for a library: only a linker script is text. */
function readHead(path: string): string {
  const head = readFileSync(path).subarray(0, 1000);
  return head.readUInt32BE(0) === 0x7f454c46 ? '' : head.toString('latin1');
}

const CHECKS = new Map([
  ['miri', [miri]],
  ['valgrind', [valgrind]],
  ['sanitizer', [sanitizedCore, sanitizedAddon]],
]);
const named = process.argv.slice(2);
const unknown = named.filter((name) => !CHECKS.has(name));
if (unknown.length > 0) {
  process.stderr.write(
    `audit:memory: no check is called ${unknown.join(', ')}; there are ${[...CHECKS.keys()].join(', ')}.\n`,
  );
  process.exit(2);
}
for (const [name, checks] of CHECKS) {
  if (named.length > 0 && !named.includes(name)) continue;
  for (const { title, missing, run } of checks) {
    const reason = missing();
    if (reason === null) run(title);
    else process.stdout.write(`– ${title}: skipped: ${reason}\n`);
  }
}
process.exit(failed === 0 ? 0 : 1);
