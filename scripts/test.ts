// Runs everything that says whether this tree is good: lint, type checks, Rust and TypeScript tests. Each check of each
// suite counts once in the plain closing line, which is read from the real results.
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Parser } from 'tap-parser';

const totals = { passed: 0, failed: 0, skipped: 0 };
let worstStatus = 0;

function heading(text) {
  process.stdout.write(`\n── ${text}\n`);
}

/** A check that passes or fails as a whole. */
function check(title, command, args) {
  heading(title);
  const result = spawnSync(command, args, { stdio: 'inherit' });
  const passed = result.status === 0;
  totals[passed ? 'passed' : 'failed'] += 1;
  if (!passed) worstStatus = 1;
  return passed;
}

/** Rust's own counts, from the `test result:` line of every test binary. */
function cargoTests(title, args, env = {}) {
  heading(title);
  const result = spawnSync('cargo', ['test', '--manifest-path', 'native/Cargo.toml', '--locked', '--quiet', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
  });
  process.stdout.write(result.stdout);
  for (const match of result.stdout.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    totals.passed += Number(match[1]);
    totals.failed += Number(match[2]);
    totals.skipped += Number(match[3]);
  }
  if (result.status !== 0) {
    worstStatus = 1;
    // A build that does not compile, or a test that aborts, has no count of its own.
    if (!/[1-9]\d* failed/.test(result.stdout)) totals.failed += 1;
  }
}

/** A check that this machine cannot make, with the reason. */
function skip(title, reason) {
  process.stdout.write(`skipped: ${title}: ${reason}\n`);
  totals.skipped += 1;
}

const ARM = 'aarch64-unknown-linux-gnu';
/** Where Debian's cross packages put the C library of the other architecture. */
const ARM_ROOT = '/usr/aarch64-linux-gnu';

/** What the ARM tests lack on this machine, or null. */
function missingForArm() {
  for (const tool of ['qemu-aarch64', 'aarch64-linux-gnu-gcc']) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) return `${tool} is not installed`;
  }
  const sysroot = spawnSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).stdout.trim();
  return existsSync(join(sysroot, 'lib', 'rustlib', ARM)) ? null : `rustup target add ${ARM} has not been run`;
}

/** What the core does when its own parts fail: with faults that no build of the product has. */
function failureTests() {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-faults-'));
  const args = ['-p', 'pearl-core', '--features', 'fault-injection', '--test', 'faults'];
  cargoTests('Rust tests of failures', args, { PEARLCTL_FAULTS: folder });
  rmSync(folder, { recursive: true, force: true });
}

/** The NEON kernels against the scalar one and the vectors, under emulation where this is another processor. */
function armTests() {
  const title = 'Rust tests of the ARM kernels, emulated';
  if (process.arch === 'arm64') return;
  const reason = missingForArm();
  if (reason) {
    heading(title);
    skip(title, reason);
    return;
  }
  cargoTests(title, ['-p', 'pearl-core', '--target', ARM, '--test', 'kernels', '--test', 'attempts'], {
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: 'aarch64-linux-gnu-gcc',
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER: `qemu-aarch64 -cpu max -L ${ARM_ROOT}`,
    CC_aarch64_unknown_linux_gnu: 'aarch64-linux-gnu-gcc',
  });
}

/**
 * Counts tap's leaves: assertions that are not the closing line of a subtest. A closing line repeats what its leaves said,
 * so it counts only when there was none (a property test that just returns), or when it failed although no leaf did (a
 * time-out, a crash, a wrong plan).
 */
function countLeaves(file) {
  return new Promise((resolve, reject) => {
    const counts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
    const total = () => counts.passed + counts.failed + counts.skipped;
    const follow = (parser, path) => {
      let before = null;
      parser.on('child', (child) => {
        before = { total: total(), failed: counts.failed };
        follow(child, [...path, child.name]);
      });
      parser.on('assert', (assert) => {
        const children = before;
        before = null;
        const isLeaf = !children || total() === children.total;
        const title = [...path, assert.name].filter(Boolean).join(' > ');
        if (assert.skip || assert.todo) {
          counts.skipped += 1;
          counts.skips.push(`${title}: ${assert.skip || assert.todo}`);
        } else if (!assert.ok && (isLeaf || counts.failed === children.failed)) {
          counts.failed += 1;
          counts.failures.push({ title, diag: assert.diag });
        } else if (isLeaf) {
          counts.passed += 1;
        }
      });
    };
    const parser = new Parser();
    follow(parser, []);
    parser.on('complete', () => resolve(counts));
    createReadStream(file).on('error', reject).pipe(parser);
  });
}

/** What failed and what was skipped, with the reasons, where a log is all that anybody will see of the run. */
function tellExceptions({ failures, skips }) {
  for (const skip of skips) process.stdout.write(`skipped: ${skip}\n`);
  for (const { title, diag } of failures) {
    process.stdout.write(`\nFAILED: ${title}\n`);
    const { source: _source, ...rest } = diag ?? {};
    for (const [key, value] of Object.entries(rest)) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      process.stdout.write(`  ${key}: ${text.slice(0, 4000).trimEnd().replaceAll('\n', '\n    ')}\n`);
    }
  }
}

async function tapTests(files) {
  heading('TypeScript tests');
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-tap-'));
  const output = join(folder, 'results.tap');
  const result = spawnSync(
    process.execPath,
    [
      join('node_modules', 'tap', 'dist', 'esm', 'run.mjs'),
      'run',
      '--reporter=terse',
      `--output-file=${output}`,
      ...files,
    ],
    // The reporter redraws its totals; without a terminal to redraw on, CI=1 makes it print them once.
    { stdio: 'inherit', env: process.stdout.isTTY ? process.env : { CI: '1', ...process.env } },
  );
  if (result.status !== 0) worstStatus = result.status ?? 1;
  try {
    const counts = await countLeaves(output);
    totals.passed += counts.passed;
    totals.failed += counts.failed;
    totals.skipped += counts.skipped;
    tellExceptions(counts);
    if (result.status !== 0 && counts.failed === 0) totals.failed += 1;
  } catch (error) {
    process.stdout.write(`no results to read: ${error.message}\n`);
    totals.failed += 1;
    worstStatus ||= 1;
  }
  rmSync(folder, { recursive: true, force: true });
}

const files = process.argv.slice(2);
if (files.length === 0) {
  const bin = (name) => join('node_modules', '.bin', name);
  check('lint and format (TypeScript)', bin('biome'), ['check', '.']);
  check('lint of promises and of hidden imports', bin('oxlint'), ['--type-aware']);
  check('types of src', bin('tsc'), ['-p', 'tsconfig.json', '--noEmit']);
  check('types of the dashboard page', bin('tsc'), ['-p', 'src/web/page/tsconfig.json']);
  check('types of test', bin('tsc'), ['-p', 'test/tsconfig.json']);
  check('format (Rust)', 'cargo', ['fmt', '--manifest-path', 'native/Cargo.toml', '--all', '--check']);
  check('lint (Rust)', 'cargo', [
    'clippy',
    '--manifest-path',
    'native/Cargo.toml',
    '--locked',
    '--all-targets',
    '--all-features',
    '--quiet',
    '--',
    '-D',
    'warnings',
  ]);
  cargoTests('Rust tests', ['--no-fail-fast']);
  failureTests();
  armTests();
}
await tapTests(files);

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exit(worstStatus || (totals.failed > 0 ? 1 : 0));
