// The end of a process whose terminal was closed meanwhile. At its end Node gives each terminal its modes back, and aborts with
// a dump when one of them is gone (ResetStdio in node.cc). So such a process ends by the signal that a closed terminal sends.

let isArranged = false;

/** From now on, however this process ends. For commands that go on for long: the others do not outlive their terminal. */
export function endWithTerminal(): void {
  if (isArranged) return;
  isArranged = true;
  // Not imported: it brings sockets with it, for which every hot command would pay.
  const { isatty } = process.getBuiltinModule('node:tty');
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', () => {
    if (terminals.every((descriptor) => isatty(descriptor))) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}
