// What the kernel ends first when memory is short: the miner, before the supervisor, the gateway and the user's own work.
import { writeFileSync } from 'node:fs';

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
