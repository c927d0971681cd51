// Watching at a terminal: keys, Ctrl-Z and back, another size.
import type { StatusModel } from '../status/status.ts';
import { listenToKeys } from './keys.ts';
import { ScreenDisplay } from './screen-display.ts';
import { watchStatus } from './watch.ts';

/** Shows the status on the whole terminal until q, Ctrl-C or `signal`. Resolves to the last state that was shown. */
export async function watchOnTerminal(
  read: () => Promise<StatusModel>,
  signal: AbortSignal,
  colour: boolean,
): Promise<StatusModel> {
  const { stdin, stdout } = process;
  const display = new ScreenDisplay(stdout, colour);
  const keys = new AbortController();
  const listen = () =>
    stdin.isTTY ? listenToKeys(stdin, { end: () => keys.abort(), suspend: () => suspend() }) : () => undefined;
  let release = listen();
  const suspend = () => {
    display.suspend();
    release();
    process.kill(process.pid, 'SIGTSTP');
  };
  const onContinue = () => {
    release();
    release = listen();
    display.resume();
  };
  const onResize = () => display.redraw();
  process.on('SIGCONT', onContinue);
  stdout.on('resize', onResize);
  try {
    return await watchStatus(read, display, AbortSignal.any([signal, keys.signal]));
  } finally {
    process.off('SIGCONT', onContinue);
    stdout.off('resize', onResize);
    release();
  }
}
