// Whether one of some programs runs, by the names that the kernel has for them (proc(5)): the first fifteen bytes.
import type { SystemFiles } from '../../miner/system-files.ts';

const NAME_BYTES = 15;

/** The first of the names that a process has, or null. */
export function runningProgram(files: Pick<SystemFiles, 'read' | 'list'>, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const wanted = new Map(names.map((name) => [Buffer.from(name).subarray(0, NAME_BYTES).toString(), name]));
  for (const pid of files.list('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const [, name = '', state] = /^\d+ \((.*)\) (\S)/s.exec(files.read(`/proc/${pid}/stat`) ?? '') ?? [];
    const found = wanted.get(name);
    if (found !== undefined && state !== 'Z') return found;
  }
  return null;
}

/** Whether other programs can be seen: ProtectProc= hides them from an installed service (systemd.exec(5)). */
export function seesPrograms({ read }: Pick<SystemFiles, 'read'>): boolean {
  return read('/proc/1/stat') !== null;
}
