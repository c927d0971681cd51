// The keys of `pearlctl run` at a terminal. The terminal makes no signals of keys while they are read one by one, so Ctrl-C and
// Ctrl-Z are made into signals here.
import { isInForeground } from './foreground.ts';
import { type AskedByKey, answerPress } from './key-answers.ts';
import { listenToKeys } from './live-keys.ts';
import type { LiveView } from './live-view.ts';

/** Listens while this process is in the foreground, until the function that comes back is called. */
export function listenForRun(view: LiveView, paths: AskedByKey['paths']): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  let release = () => {};
  const listen = () => {
    release();
    release = isInForeground() ? listenToKeys(stdin, actions) : () => {};
  };
  const actions = {
    end: () => process.kill(process.pid, 'SIGINT'),
    suspend: () => process.kill(process.pid, 'SIGTSTP'),
    press: (key: string) => answerPress(key, { model: view.model, paths }, (text) => view.say(text)),
  };
  const onSuspend = () => {
    release();
    release = () => {};
  };
  process.on('SIGTSTP', onSuspend);
  process.on('SIGCONT', listen);
  listen();
  return () => {
    process.off('SIGTSTP', onSuspend);
    process.off('SIGCONT', listen);
    release();
  };
}
