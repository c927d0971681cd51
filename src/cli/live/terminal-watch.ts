// Watching at a terminal: keys, Ctrl-Z and back, another size.
import type { StatusModel } from '../../state/status/gather.ts';
import { type AskedByKey, answerPress } from './key-answers.ts';
import { listenToKeys } from './live-keys.ts';
import { askForPast, secondsUntil } from './remembered-rate.ts';
import { MOST_SAMPLES, ScreenDisplay } from './screen-display.ts';
import { type Display, watchStatus } from './watch-loop.ts';

/** The first sample shown stands for the second that ended with it. */
const SAMPLE_SECONDS = 1;

/** Shows the status on the whole terminal until q, Ctrl-C or `signal`. Resolves to the last state that was shown. */
export async function watchOnTerminal(
  read: () => Promise<StatusModel>,
  signal: AbortSignal,
  colour: boolean,
  paths: AskedByKey['paths'],
): Promise<StatusModel> {
  const { stdin, stdout } = process;
  const display = new ScreenDisplay(stdout, colour);
  const keys = new AbortController();
  const listen = () =>
    stdin.isTTY ? listenToKeys(stdin, { end: () => keys.abort(), suspend: () => suspend(), press }) : () => undefined;
  const press = (key: string) => answerPress(key, { model: display.model, paths }, (text) => display.say(text));
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
    const ends = AbortSignal.any([signal, keys.signal]);
    return await watchStatus(read, withPast(display, ends), ends);
  } finally {
    process.off('SIGCONT', onContinue);
    stdout.off('resize', onResize);
    release();
  }
}

/** The same display, which puts before its own samples what the supervisor remembers, as soon as that is told. */
function withPast(display: ScreenDisplay, signal: AbortSignal): Display {
  let asked = false;
  const recall = async (dashboardUrl: string) => {
    const beganMs = performance.now();
    const past = await askForPast(dashboardUrl, signal);
    const ageSeconds = (performance.now() - beganMs) / 1000;
    if (past !== null) display.precede(secondsUntil(past, ageSeconds + SAMPLE_SECONDS, MOST_SAMPLES));
  };
  return {
    show(model) {
      display.show(model);
      if (asked) return;
      asked = true;
      if (model.dashboardUrl !== null) void recall(model.dashboardUrl);
    },
    end: () => display.end(),
  };
}
