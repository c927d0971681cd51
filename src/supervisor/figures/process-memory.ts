// How much memory a process holds. Only Linux tells without starting a program; elsewhere it is unknown.
import { textOf } from '../../base/atomic-file.ts';

const STATUS_LINE = /^VmRSS:\s*(\d+) kB$/m;

/** Bytes of physical memory (proc_pid_status(5), VmRSS), or null where it cannot be told. */
export function residentBytes(pid: number | undefined): number | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  const status = textOf(`/proc/${pid}/status`) ?? '';
  const kibibytes = STATUS_LINE.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}
