// Whether the kernel ended a child for want of memory: what its control group counts has grown between the last look and its end.
// The group is looked at again each second, since a miner moves to one of its own.
import { textOf } from '../../base/atomic-file.ts';
import { type MemoryGroup, memoryGroups, memoryKills, type ReadText, smallestLimit } from '../../miner/memory-limit.ts';

/** SIGKILL in the mask of signals that wait for a whole process, which stays there until it is buried (proc_pid_status(5)). */
const KILLED = 1n << 8n;

export class MemoryKills {
  readonly #readText: ReadText;
  #lines = '';
  #groups: readonly MemoryGroup[] = [];
  #kills = 0;

  constructor(readText: ReadText = textOf) {
    this.#readText = readText;
  }

  /** While it lives. */
  note(pid: number): void {
    // A unit may hide its processes from each other (ProtectProc=); what it starts begins in its own group.
    const lines = this.#readText(`/proc/${pid}/cgroup`) ?? this.#readText('/proc/self/cgroup');
    if (lines === null) return;
    const groups = lines === this.#lines ? this.#groups : memoryGroups(lines, this.#readText);
    const kills = memoryKills(groups, this.#readText);
    // Read after the count, which may be of its own end: a thread of the least priority needs seconds to die on a busy machine.
    if (isEnding(this.#readText(`/proc/${pid}/status`) ?? '')) return;
    this.#lines = lines;
    this.#groups = groups;
    this.#kills = kills;
  }

  /** After a SIGKILL: what the kernel did, or null where it was not the kernel. */
  cause(): string | null {
    if (memoryKills(this.#groups, this.#readText) <= this.#kills) return null;
    const limit = smallestLimit(this.#groups, this.#readText);
    const bound = limit === null ? '' : ` (its control group may use ${Math.round(limit.bytes / 2 ** 20)} MiB)`;
    return `the kernel ended it for want of memory${bound}`;
  }
}

/** Killed or dead, by its proc_pid_status(5); not heard of yet. */
function isEnding(status: string): boolean {
  const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return /^State:\s*[ZX]/m.test(status) || (BigInt(`0x${pending}`) & KILLED) !== 0n;
}
