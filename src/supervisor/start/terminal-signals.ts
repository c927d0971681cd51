// What a terminal tells a run in its foreground besides an end: Ctrl-Z, `fg` and `bg`, and that nohup(1) wants it to outlive it.
import { readFileSync, readlinkSync } from 'node:fs';

/** An order to the miner is on its way for less than this. */
const PAUSE_MS = 200;

export interface Suspendable {
  /** Rests, until it goes on. */
  suspend(): void;
  goOn(): void;
}

/**
 * Ctrl-Z (SIGTSTP) reaches this process alone: its children have groups of their own, and would mine on. So they rest before it
 * stops, and SIGCONT has them go on. The first process of a container cannot stop, and no shell is there to have it go on.
 */
export function suspendHandlers(orders: Suspendable): Record<'SIGTSTP' | 'SIGCONT', () => void> {
  let suspended = false;
  return {
    SIGTSTP() {
      if (suspended || process.pid === 1) return;
      suspended = true;
      orders.suspend();
      setTimeout(() => process.kill(process.pid, 'SIGSTOP'), PAUSE_MS);
    },
    SIGCONT() {
      if (suspended) orders.goOn();
      suspended = false;
    },
  };
}

/** O_ACCMODE and O_WRONLY of open(2) on Linux. */
const ACCESS_MODE = 0o3;
const WRITE_ONLY = 0o1;

/**
 * Whether nohup started this process. Node sets every ignored signal back to its default, so SIGHUP does not tell; GNU nohup also
 * puts /dev/null, open for writing alone, in the place of a terminal that would be read from.
 */
export function isStartedByNohup(): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync('/proc/self/fdinfo/0', 'latin1'))?.[1] ?? '';
    const writeOnly = (Number.parseInt(flags, 8) & ACCESS_MODE) === WRITE_ONLY;
    return writeOnly && readlinkSync('/proc/self/fd/0') === '/dev/null';
  } catch {
    return false;
  }
}
