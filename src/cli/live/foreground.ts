// Whether this process may read keys: a job in the background that touches its terminal is stopped by the kernel (SIGTTOU).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { orNull } from '../../base/errors.ts';

/** True where this process belongs to the group that the terminal listens to. */
export function isInForeground(): boolean {
  const fields = orNull(() =>
    process.platform === 'linux'
      ? // proc_pid_stat(5): after the name in parentheses state, parent, group, session, terminal, the terminal's group.
        readFileSync('/proc/self/stat', 'latin1').replace(/^.*\) \S \S+ (\S+) \S+ \S+ (\S+) .*$/s, '$1 $2')
      : execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], { encoding: 'utf8' }),
  );
  const [own, listened] = fields?.trim().split(/\s+/) ?? [];
  return own !== undefined && own === listened;
}
