import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { VERSION } from '../../src/base/version.ts';
import { flawOf, imageFlaw } from '../../src/native/addon-image.ts';
import { loadAddon } from '../../src/native/load-addon.ts';

const here = `pearlctl.${process.platform}-${process.arch}`;
const built = fileURLToPath(new URL('../../dist/native/', import.meta.url));
const name = readdirSync(built).find((entry) => entry.startsWith(here)) ?? '';
const addon = readFileSync(join(built, name));
const HEAD = 16_384;
/** Why a test that alters an ELF file has none here. */
const notElf = process.platform !== 'linux' && 'needs Linux, whose libraries are ELF files';

function flawAt(length: number) {
  return flawOf(addon.subarray(0, Math.min(length, HEAD)), length, process.platform, process.arch);
}

/** A Mach-O library of two segments that end at `end`. */
function machO(cpu: number, end: number): Buffer {
  const bytes = Buffer.alloc(32 + 2 * 72);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(cpu, 4);
  bytes.writeUInt32LE(2, 16);
  bytes.writeUInt32LE(2 * 72, 20);
  for (const [index, at] of [32, 104].entries()) {
    bytes.writeUInt32LE(0x19, at);
    bytes.writeUInt32LE(72, at + 4);
    bytes.writeBigUInt64LE(BigInt(index * 4096), at + 40);
    bytes.writeBigUInt64LE(BigInt(end - index * 4096), at + 48);
  }
  return bytes;
}

t.test('the addon that was built is whole', async (t) => {
  t.equal(flawAt(addon.length), null);
  t.equal(imageFlaw(join(built, name), process.platform, process.arch), null);
});

t.test('an addon cut off anywhere is told from a whole one, whatever is left of it', async (t) => {
  fc.assert(
    fc.property(fc.nat(addon.length - 1), (length) => flawAt(length) !== null),
    { numRuns: 5000 },
  );
  // Each length at which one more thing can be read, and the last ones.
  for (let length = 0; length < 1024; length += 1) t.not(flawAt(length), null, `${length} bytes`);
  for (let short = 1; short < 256; short += 1) t.equal(flawAt(addon.length - short)?.kind, 'cut-off', `${short} short`);
});

t.test(
  'loading one that was cut off is an error with its reason, where the system would kill the process',
  async (t) => {
    const folder = `${t.testdir()}/`;
    const file = join(folder, name);
    // Also where one page more or less decides, and where only what debuggers read is missing.
    for (const length of [0, 1, 100, 4095, 4096, 65_536, addon.length >> 1, addon.length - 65_536, addon.length - 1]) {
      writeFileSync(file, addon);
      truncateSync(file, length);
      t.throws(
        () => loadAddon([folder], VERSION),
        {
          code: 'NATIVE_MISSING',
          message: /it was cut off: it has \d+ bytes|it is empty|it is no library/,
        },
        `${length} bytes`,
      );
    }
    writeFileSync(file, addon);
    t.equal(loadAddon([folder, built], VERSION).version(), VERSION);
  },
);

t.test('a library for another processor is named in words', { skip: notElf }, async (t) => {
  const folder = `${t.testdir()}/`;
  const [machine, word] = process.arch === 'arm64' ? [62, 'x64'] : [183, 'arm64'];
  const foreign = Buffer.from(addon);
  foreign.writeUInt16LE(machine, 18);
  writeFileSync(join(folder, name), foreign);
  t.throws(() => loadAddon([folder], VERSION), {
    code: 'NATIVE_MISSING',
    message: new RegExp(`it is a library for ${word} processors, and this one is ${process.arch}`),
    hint: /built for another machine/,
  });
  foreign.writeUInt16LE(4711, 18);
  t.match(flawOf(foreign.subarray(0, HEAD), foreign.length, 'linux', process.arch), {
    kind: 'foreign',
    text: /unknown \(4711\)/,
  });
});

t.test('Mach-O libraries are judged by their processor and their segments', async (t) => {
  const size = 100_000;
  t.equal(flawOf(machO(0x0100000c, size), size, 'darwin', 'arm64'), null);
  t.match(flawOf(machO(0x0100000c, size), size - 1, 'darwin', 'arm64'), { kind: 'cut-off', text: /99999.*100000/ });
  t.match(flawOf(machO(0x01000007, size), size, 'darwin', 'arm64'), { kind: 'foreign', text: /x64.*arm64/ });
  t.match(flawOf(machO(0x0100000c, size).subarray(0, 20), 20, 'darwin', 'arm64'), { kind: 'cut-off' });
  t.match(flawOf(addon.subarray(0, HEAD), addon.length, 'darwin', 'arm64'), {
    kind: process.platform === 'darwin' ? 'foreign' : 'no-library',
  });
});

t.test('any bytes at all are judged without a crash, and quickly', async () => {
  const head = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    // What begins as a library does: every field that is followed is wild.
    fc.uint8Array({ minLength: 300, maxLength: 400 }).map((bytes) => {
      bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
      bytes.set([62, 0], 18);
      return bytes;
    }),
    fc.uint8Array({ minLength: 300, maxLength: 400 }).map((bytes) => {
      bytes.set([0xcf, 0xfa, 0xed, 0xfe, 0x07, 0x00, 0x00, 0x01]);
      return bytes;
    }),
  );
  const property = fc.property(head, fc.nat(), fc.constantFrom('linux', 'darwin'), (bytes, size, platform) => {
    const flaw = flawOf(Buffer.from(bytes), size, platform, 'x64');
    return flaw === null || flaw.text.length < 300;
  });
  fc.assert(property, { numRuns: 5000 });
});

t.test('without the look, the system ends the process: what the look is for', { skip: notElf }, async (t) => {
  const folder = t.testdir();
  const file = join(folder, name);
  writeFileSync(file, addon);
  truncateSync(file, 65_536);
  const { signal, status } = spawnSync(process.execPath, ['-e', 'require(process.argv[1])', file]);
  t.ok(signal !== null || status !== 0, `${signal} ${status}`);
});
