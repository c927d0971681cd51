// The Rust tests: those of this processor, those of failures, and those of the ARM kernels under emulation.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { colours, heading, type Tally } from './tally.ts';

const ARM = 'aarch64-unknown-linux-gnu';
/** Where Debian's cross packages put the C library of the other architecture. */
const ARM_ROOT = '/usr/aarch64-linux-gnu';

export async function runCargoTests(tally: Tally): Promise<void> {
  await cargoTest(tally, 'Rust tests', ['--no-fail-fast']);
  await testFailures(tally);
  await testArm(tally);
}

/** Adds Rust's own counts, from the `test result:` line of every test binary. */
async function cargoTest(
  tally: Tally,
  title: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<void> {
  const fixed = ['test', '--manifest-path', 'native/Cargo.toml', '--locked', '--quiet'];
  const options = { stdin: 'ignore', all: true, reject: false, env: { ...colours(), ...env } } as const;
  const { all, failed } = await execa('cargo', [...fixed, ...args], options);
  const text = stripVTControlCharacters(all);
  heading(title);
  process.stdout.write(`${all}\n`);
  for (const [, passed, failed, skipped] of text.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    tally.add({ passed: Number(passed), failed: Number(failed), skipped: Number(skipped) });
  }
  if (!failed) return;
  tally.ended(1);
  // A build that does not compile, or a test that aborts, has no count of its own.
  if (!/[1-9]\d* failed/.test(text)) tally.add({ failed: 1 });
}

/** What the core does when its own parts fail: with faults that no build of the product has. */
async function testFailures(tally: Tally): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pearlctl-faults-'));
  const args = ['-p', 'pearl-core', '--features', 'fault-injection', '--test', 'faults'];
  await cargoTest(tally, 'Rust tests of failures', args, { PEARLCTL_FAULTS: folder });
  rmSync(folder, { recursive: true, force: true });
}

/** The NEON kernels against the scalar one and the vectors, under emulation where this is another processor. */
async function testArm(tally: Tally): Promise<void> {
  const title = 'Rust tests of the ARM kernels, emulated';
  if (process.arch === 'arm64') return;
  const reason = missingForArm();
  if (reason !== null) {
    heading(title);
    tally.skip(title, reason);
    return;
  }
  await cargoTest(tally, title, ['-p', 'pearl-core', '--target', ARM, '--test', 'kernels', '--test', 'attempts'], {
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: 'aarch64-linux-gnu-gcc',
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER: `qemu-aarch64 -cpu max -L ${ARM_ROOT}`,
    CC_aarch64_unknown_linux_gnu: 'aarch64-linux-gnu-gcc',
  });
}

/** What the ARM tests lack on this machine, or null. */
function missingForArm(): string | null {
  for (const tool of ['qemu-aarch64', 'aarch64-linux-gnu-gcc']) {
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) return `${tool} is not installed`;
  }
  const sysroot = spawnSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).stdout.trim();
  return existsSync(join(sysroot, 'lib', 'rustlib', ARM)) ? null : `rustup target add ${ARM} has not been run`;
}
