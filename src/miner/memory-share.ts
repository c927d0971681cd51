// The miner's share of memory: how much its buffers take where nothing is configured, and that the kernel ends the miner
// first when memory is short, before the supervisor, the gateway and the user's own work.
import { writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { memoryLimit } from './memory-limit.ts';

/** 512 MiB or a quarter of the memory that may be used, the smaller. */
export function automaticMemory(allowedBytes = memoryLimit()?.bytes ?? totalmem()): number {
  return Math.min(512 << 20, Math.floor(allowedBytes / 4));
}

/** As if it held half of all memory on top of what it does hold (proc(5), oom_score_adj). Raising it needs no privilege. */
const SCORE = 500;

/** Linux only; a system that has no such score, or does not let it be set, chooses by itself. */
export function goFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', String(SCORE));
  } catch {
    // A sandbox without a writable /proc.
  }
}
