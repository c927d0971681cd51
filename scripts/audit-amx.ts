// `npm run audit:amx [-- KERNEL [MODEL]]`: the native core's kernel tests on a whole emulated processor (Bochs), a second opinion
// beside the emulator of tests/amx. KERNEL is a Linux image for a machine of that kind (Debian: /boot/vmlinuz-*-cloud-amd64), MODEL
// one of Bochs's (`bochs --help cpu`): sapphire_rapids for AMX, arrow_lake for AVX-VNNI in its own encoding. It takes an hour.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HOURS = 3;
const [kernel, model = 'sapphire_rapids'] = process.argv.slice(2);
/** The test program is the first process: when it ends, Linux says with which code. */
const ENDED = /Attempted to kill init! exitcode=0x([0-9a-f]{8})/;

const missing = missingHere();
if (missing !== null) {
  process.stdout.write(`– kernels on ${model} under Bochs: skipped: ${missing}\n`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'pearlctl-bochs-'));
try {
  process.exitCode = await boot();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What the machine lacks, and how to get it. */
function missingHere(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'written for Linux on x86-64';
  for (const [program, from] of [
    ['bochs', 'bochs bochs-term'],
    ['grub-mkrescue', 'grub-pc-bin grub-common xorriso mtools'],
    ['cpio', 'cpio'],
  ] as const) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error) {
      return `${program} is not installed; type: apt-get install ${from}`;
    }
  }
  const models = spawnSync('bochs', ['--help', 'cpu'], { encoding: 'utf8' });
  if (!`${models.stdout}${models.stderr}`.includes(model)) return `this Bochs knows no ${model}: it needs 3.0 or newer`;
  if (kernel === undefined || !existsSync(kernel))
    return 'no Linux image; type: npm run audit:amx -- /boot/vmlinuz-VERSION';
  return null;
}

/** 0 when all tests passed. */
async function boot(): Promise<number> {
  const root = join(folder, 'root');
  mkdirSync(root);
  copyFileSync(testProgram(), join(root, 'init'));
  const files = join(folder, 'iso', 'boot');
  mkdirSync(join(files, 'grub'), { recursive: true });
  const archive = execFileSync('cpio', ['--quiet', '-o', '-H', 'newc'], {
    cwd: root,
    input: 'init\n',
    maxBuffer: 1 << 28,
  });
  writeFileSync(join(files, 'initrd'), archive);
  copyFileSync(kernel ?? '', join(files, 'linux'));
  // Bochs has neither the firmware tables nor all the registers that Linux asks a processor of this kind for.
  const words = 'console=ttyS0 acpi=off idle=poll setcpuid=324 panic=0 -- --test-threads=1 known_answer';
  writeFileSync(
    join(files, 'grub', 'grub.cfg'),
    `set timeout=0\nmenuentry test {\n  linux /boot/linux ${words}\n  initrd /boot/initrd\n}\n`,
  );
  const image = join(folder, 'test.iso');
  execFileSync('grub-mkrescue', ['-o', image, join(folder, 'iso')], { stdio: 'ignore' });
  const serial = join(folder, 'serial.txt');
  const settings = [
    `cpu: model=${model}, ips=50000000, ignore_bad_msrs=1`,
    'memory: guest=1024, host=1024',
    `ata0-master: type=cdrom, path=${image}, status=inserted`,
    'boot: cdrom',
    `com1: enabled=1, mode=file, dev=${serial}`,
    'display_library: nogui',
    `log: ${join(folder, 'bochs.log')}`,
    'panic: action=report',
  ];
  writeFileSync(join(folder, 'bochsrc'), `${settings.join('\n')}\n`);
  const bochs = spawn('bochs', ['-q', '-f', join(folder, 'bochsrc')], { stdio: 'ignore' });
  const said = () => (existsSync(serial) ? readFileSync(serial, 'utf8') : '');
  const deadline = performance.now() + HOURS * 3_600_000;
  try {
    while (bochs.exitCode === null && performance.now() < deadline && !ENDED.test(said())) await sleep(1000);
  } finally {
    bochs.kill('SIGKILL');
  }
  const passed = ENDED.exec(said())?.[1] === '00000000';
  process.stdout.write(`${passed ? '✓' : '✗'} kernels on ${model} under Bochs\n`);
  if (!passed) process.stdout.write(`${said().slice(-4000)}\n`);
  return passed ? 0 : 1;
}

/** The core's kernel tests as one static program. */
function testProgram(): string {
  const target = 'x86_64-unknown-linux-gnu';
  const args = ['test', '--no-run', '--locked', '-p', 'pearl-core', '--test', 'kernels', '--target', target];
  const built = execFileSync('cargo', [...args, '--message-format=json'], {
    cwd: resolve('native'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      RUSTFLAGS: '-C target-feature=+crt-static',
      CARGO_TARGET_DIR: resolve('native/target/audit-amx'),
    },
  });
  const executable = /"executable":"([^"]+\/kernels-[^"]+)"/.exec(built)?.[1];
  if (executable === undefined) throw new Error('cargo named no test program');
  return executable;
}
