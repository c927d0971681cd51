// The end of a process whose terminal was closed meanwhile. At its end Node gives each terminal its modes back, and aborts with
// a dump when one of them is gone (ResetStdio in node.cc). So such a process ends by the signal that a closed terminal sends.
import { isatty } from 'node:tty';

/** From now on, however this process ends. */
export function endWithTerminal(): void {
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}
