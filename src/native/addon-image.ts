// Looks at a native library before the system's loader does: the loader maps what the file's tables name without asking
// whether the file is that long, and a library that was cut off ends the process with SIGBUS. A look at the first page is
// enough to say so, and to tell a library for another machine in words.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What is wrong with a file, and of which kind it is. */
export interface ImageFlaw {
  readonly kind: 'foreign' | 'cut-off' | 'no-library';
  readonly text: string;
}

/** Tables that are longer than this belong to no library of ours. */
const HEAD_BYTES = 16_384;

/** ELF's `e_machine` (elf.h) by Node's names of processors. */
const ELF_MACHINES: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
/** Mach-O's `cputype` (mach/machine.h) by the same names. */
const MACHO_MACHINES: Readonly<Record<number, string>> = { 16777223: 'x64', 16777228: 'arm64' };

const ELF_MAGIC = 0x7f454c46;
const MACHO_MAGIC_64 = 0xfeedfacf;
/** Load command of a 64-bit segment (mach-o/loader.h). */
const LC_SEGMENT_64 = 0x19;
/** Program header of a part that is mapped (elf.h). */
const PT_LOAD = 1;

/** What would keep the file from being mapped here, or null. Throws a system error when it cannot be read. */
export function imageFlaw(path: string, platform: string, arch: string): ImageFlaw | null {
  const descriptor = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const length = readSync(descriptor, head, 0, HEAD_BYTES, 0);
    return flawOf(head.subarray(0, length), fstatSync(descriptor).size, platform, arch);
  } finally {
    closeSync(descriptor);
  }
}

/** The same from the file's first bytes and its size. */
export function flawOf(head: Buffer, size: number, platform: string, arch: string): ImageFlaw | null {
  if (platform !== 'linux' && platform !== 'darwin') return null;
  if (size === 0) return { kind: 'cut-off', text: 'it is empty' };
  const image = platform === 'linux' ? readElf(head) : readMachO(head);
  if (typeof image === 'string') return { kind: 'no-library', text: image };
  if (image.machine !== arch) {
    return { kind: 'foreign', text: `it is a library for ${image.machine} processors, and this one is ${arch}` };
  }
  return image.end > size
    ? { kind: 'cut-off', text: `it was cut off: it has ${size} bytes, and its tables speak of ${image.end}` }
    : null;
}

interface Image {
  /** In Node's words, or a number. */
  readonly machine: string;
  /** Where the last thing that its tables name ends; the head's own end where they cannot be read to theirs. */
  readonly end: number;
}

/** Tables and mapped parts of a 64-bit ELF file; why it is none otherwise. */
function readElf(head: Buffer): Image | string {
  if (head.length < 20 || head.readUInt32BE(0) !== ELF_MAGIC) return 'it is no library of this system (ELF)';
  const littleEndian = head[5] === 1;
  const number = littleEndian ? head.readUInt16LE(18) : head.readUInt16BE(18);
  const machine = ELF_MACHINES[number] ?? `unknown (${number})`;
  // Whatever else there is, is not for us: 32 bits, or the other order of bytes.
  if (head[4] !== 2 || !littleEndian) return { machine: `${machine} (32-bit or big-endian)`, end: 0 };
  if (head.length < 64) return { machine, end: 64 };
  const programs = { at: u64(head, 32), size: head.readUInt16LE(54), count: head.readUInt16LE(56) };
  const sections = { at: u64(head, 40), size: head.readUInt16LE(58), count: head.readUInt16LE(60) };
  const ends = [programs, sections].map(({ at, size, count }) => at + size * count);
  for (let i = 0; i < programs.count; i += 1) {
    const at = programs.at + i * programs.size;
    if (at + 40 > head.length) break;
    if (head.readUInt32LE(at) === PT_LOAD) ends.push(u64(head, at + 8) + u64(head, at + 32));
  }
  return { machine, end: Math.max(64, ...ends) };
}

/** Load commands and segments of a 64-bit Mach-O file for one processor; why it is none otherwise. */
function readMachO(head: Buffer): Image | string {
  if (head.length < 8 || head.readUInt32LE(0) !== MACHO_MAGIC_64) return 'it is no library of this system (Mach-O)';
  const number = head.readUInt32LE(4);
  const machine = MACHO_MACHINES[number] ?? `unknown (${number})`;
  if (head.length < 32) return { machine, end: 32 };
  const count = head.readUInt32LE(16);
  const ends = [32 + head.readUInt32LE(20)];
  let at = 32;
  for (let i = 0; i < count && at + 56 <= head.length; i += 1) {
    const length = head.readUInt32LE(at + 4);
    if (head.readUInt32LE(at) === LC_SEGMENT_64) ends.push(u64(head, at + 40) + u64(head, at + 48));
    // A command is at least its own head; what claims less would be read for ever.
    at += Math.max(8, length);
  }
  return { machine, end: Math.max(...ends) };
}

/** As a double: no file is so long that it would not hold it, and a wild number is wild enough. */
function u64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
