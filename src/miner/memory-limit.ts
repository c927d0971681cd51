// The memory that the kernel allows this process: the smallest limit of its control group and of all above it, which bind it as
// well (cgroups(7); memory.max of version 2, memory.limit_in_bytes of version 1). Node tells its own group's alone.
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

type ReadText = (path: string) => string | null;

interface Hierarchy {
  /** Where it is mounted, and which of its groups that shows as its top. */
  readonly mount: string;
  readonly top: string;
  readonly file: 'memory.max' | 'memory.limit_in_bytes';
  /** Of this process. */
  readonly group: string;
}

/** Bytes; null where nothing less than all memory is the limit. */
export function memoryLimit(readText: ReadText = readOrNull, totalBytes = totalmem()): number | null {
  const limits = hierarchies(readText('/proc/self/cgroup') ?? '', readText('/proc/self/mountinfo') ?? '').flatMap(
    (hierarchy) => limitsIn(hierarchy, readText),
  );
  const smallest = Math.min(...limits);
  return smallest < totalBytes ? smallest : null;
}

/** Those that account for memory: the lines of proc_pid_cgroup(5) beside their mounts, proc_pid_mountinfo(5). */
function hierarchies(groups: string, mounts: string): Hierarchy[] {
  const found: Hierarchy[] = [];
  for (const [, controllers = '', group = ''] of groups.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    const version2 = controllers === '';
    if (!version2 && !controllers.split(',').includes('memory')) continue;
    for (const line of mounts.split('\n')) {
      const [before = '', after = ''] = line.split(' - ');
      const [type, , options = ''] = after.split(' ');
      const [, , , top = '/', mount = ''] = before.split(' ');
      const fits = version2 ? type === 'cgroup2' : type === 'cgroup' && options.split(',').includes('memory');
      if (fits) found.push({ mount, top, file: version2 ? 'memory.max' : 'memory.limit_in_bytes', group });
    }
  }
  return found;
}

function limitsIn({ mount, top, file, group }: Hierarchy, readText: ReadText): number[] {
  // A container may see its own group as the top, while its path is told as the host's.
  const inside = top !== '/' && group.startsWith(top) ? group.slice(top.length) : group;
  const limits: number[] = [];
  for (let folder = join('/', inside); ; folder = dirname(folder)) {
    const text = readText(join(mount, folder, file))?.trim() ?? '';
    if (/^\d+$/.test(text)) limits.push(Number(text));
    if (folder === '/') return limits;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
