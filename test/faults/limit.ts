// Limits of a process that runs already.
import { spawnSync } from 'node:child_process';

/** Sets one, such as `nofile` to `10:4096` (prlimit(1)). Throws when it cannot be set. */
export function limit(pid: number, what: string, value: string): void {
  const { status, stderr } = spawnSync('prlimit', ['--pid', String(pid), `--${what}=${value}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`prlimit: ${stderr}`);
}
