// The operating system as the checks see it: files below a root, programs by argument array, disks, memory, processes.
// Everything is bounded and nothing throws: what cannot be had is null or empty, and the check says so.
import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { orNull } from '../base/errors.ts';
import { type MemoryLimit, memoryLimit } from '../miner/memory-limit.ts';
import { openSystemFiles } from '../miner/system-files.ts';
import { type CommandResult, type RunAs, type RunCommand, runCommand } from '../service/run-program.ts';
import { listProcesses, type ProcessFacts } from './processes.ts';

/** The files of /proc and /sys that are read are far smaller. */
const MAX_TEXT_BYTES = 64 * 1024;
/** A program that only tells something. */
const ASK_LIMIT_MS = 5000;
/** For a start of Node and what it then works out, where every processor is busy. */
export const NODE_LIMIT_MS = 20_000;
/** Another doctor with its own checks: longer than the limit of any of them. */
const ASK_AS_LIMIT_MS = 90_000;

export interface MachineMemory {
  readonly totalBytes: number;
  readonly availableBytes: number;
  /** Of the process’s control groups, where that is less than the machine has. */
  readonly limit: MemoryLimit | null;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly uid: number;
  readText(path: string): string | null;
  exists(path: string): boolean;
  /** Whether this user may write the folder or file. */
  writable(path: string): boolean;
  /** Names in a folder, sorted. */
  list(path: string): string[];
  /** Of the file system that holds a path, which must exist. */
  freeBytes(path: string): Promise<number | null>;
  memory(pid: number | 'self'): MachineMemory;
  processes(): Promise<ProcessFacts[]>;
  /** A program's outcome, whatever its exit code; null when it is not there or does not come back. */
  ask(command: readonly string[], env?: Record<string, string>, limitMs?: number): Promise<CommandResult | null>;
  /** The same as another account, which only root may ask for, with this environment alone. */
  askAs(account: RunAs, command: readonly string[], env: Record<string, string>): Promise<CommandResult | null>;
  nowMs(): number;
}

export interface MachineOptions {
  /** Put before /proc, /sys, /etc and /var, so that a test can be another machine. */
  readonly root?: string;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  readonly run?: RunCommand;
}

export function openMachine(options: MachineOptions = {}): Machine {
  const { root = '', platform = process.platform, arch = process.arch, run = runCommand } = options;
  const readText = (path: string) => orNull(() => readBounded(join(root, path)));
  const { list, exists } = openSystemFiles(root, platform);
  const ask: Machine['ask'] = (command, env = {}, timeoutMs = ASK_LIMIT_MS) =>
    run(command, { timeoutMs, env }).catch(() => null);
  return {
    platform,
    arch,
    uid: process.getuid?.() ?? 0,
    readText,
    list,
    exists,
    ask,
    askAs: (as, command, env) => run(command, { timeoutMs: ASK_AS_LIMIT_MS, env, as }).catch(() => null),
    writable: (path) => orNull(() => accessSync(join(root, path), constants.W_OK) ?? true) ?? false,
    freeBytes: (path) => freeBytesAt(join(root, path)).catch(() => null),
    memory: (pid) => ({
      totalBytes: totalmem(),
      availableBytes: availableMemory(readText('/proc/meminfo')),
      limit: memoryLimit(readText, totalmem(), pid),
    }),
    processes: () => listProcesses({ platform, list, readText, ask }),
    nowMs: () => Date.now(),
  };
}

/** MemAvailable of proc_meminfo(5) counts what caches would give back; other systems tell only what is free. */
function availableMemory(meminfo: string | null): number {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo ?? '')?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}

function readBounded(path: string): string {
  // Without O_NONBLOCK, a pipe of that name would be waited for for ever.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(MAX_TEXT_BYTES);
    return buffer.toString('utf8', 0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
