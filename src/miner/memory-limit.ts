// The memory that the kernel allows a process: the smallest limit of its control group and of all above it, which bind it as
// well (cgroups(7); memory.max of version 2, memory.limit_in_bytes of version 1); and how often the kernel has killed there for want
// of it. Node tells its own group's limit alone.
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { textOf } from '../base/atomic-file.ts';

export type ReadText = (path: string) => string | null;

/** A control group that accounts for memory. */
export interface MemoryGroup {
  /** Where it is mounted, and which of its groups that shows as its top. */
  readonly mount: string;
  readonly top: string;
  readonly version: 1 | 2;
  readonly group: string;
}

const FILES = {
  1: { limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  2: { limit: 'memory.max', events: 'memory.events' },
} as const;

export interface MemoryLimit {
  readonly bytes: number;
  /** The control group that has it: that of the process, or one above. */
  readonly group: string;
}

/** What a process may use; null where nothing less than all memory is the limit. */
export function memoryLimit(
  readText: ReadText = textOf,
  totalBytes = totalmem(),
  pid: number | 'self' = 'self',
): MemoryLimit | null {
  return smallestLimit(memoryGroups(readText(`/proc/${pid}/cgroup`) ?? '', readText), readText, totalBytes);
}

/** Null where nothing less than all memory is the limit. */
export function smallestLimit(
  groups: readonly MemoryGroup[],
  readText: ReadText = textOf,
  totalBytes = totalmem(),
): MemoryLimit | null {
  const limits = groups.flatMap((group) => limitsIn(group, readText)).filter(({ bytes }) => bytes < totalBytes);
  return limits.toSorted((a, b) => a.bytes - b.bytes)[0] ?? null;
}

/** Of a process, by its lines of proc_pid_cgroup(5), beside the mounts of proc_pid_mountinfo(5). */
export function memoryGroups(lines: string, readText: ReadText = textOf): MemoryGroup[] {
  const mounts = (readText('/proc/self/mountinfo') ?? '').split('\n');
  const found: MemoryGroup[] = [];
  for (const [, controllers = '', group = ''] of lines.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    const version = controllers === '' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes('memory')) continue;
    for (const line of mounts) {
      const [before = '', after = ''] = line.split(' - ');
      const [type, , options = ''] = after.split(' ');
      const [, , , top = '/', mount = ''] = before.split(' ');
      const fits = version === 2 ? type === 'cgroup2' : type === 'cgroup' && options.split(',').includes('memory');
      if (fits) found.push({ mount, top, version, group });
    }
  }
  return found;
}

/** How many processes of these groups the kernel has ended for want of memory, of the group's own limit or one above it. */
export function memoryKills(groups: readonly MemoryGroup[], readText: ReadText = textOf): number {
  return groups.reduce((sum, group) => {
    const text = readText(join(group.mount, insideOf(group), FILES[group.version].events)) ?? '';
    return sum + Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  }, 0);
}

/** A container may see its own group as the top, while its path is told as the host's. */
function insideOf({ top, group }: MemoryGroup): string {
  return join('/', top !== '/' && group.startsWith(top) ? group.slice(top.length) : group);
}

function limitsIn(group: MemoryGroup, readText: ReadText): MemoryLimit[] {
  const limits: MemoryLimit[] = [];
  for (let folder = insideOf(group); ; folder = dirname(folder)) {
    const text = readText(join(group.mount, folder, FILES[group.version].limit))?.trim() ?? '';
    if (/^\d+$/.test(text)) limits.push({ bytes: Number(text), group: folder });
    if (folder === '/') return limits;
  }
}
