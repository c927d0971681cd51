// The keys of a person who watches: q, Ctrl-C and Ctrl-D end it, Ctrl-Z goes to the background. While they are listened to,
// nothing that is typed shows on the screen.

/** What of a terminal's input is needed: `process.stdin` on a terminal, or a test's own. */
export interface KeyStream {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  off(event: 'data', listener: (bytes: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface KeyActions {
  readonly end: () => void;
  readonly suspend: () => void;
  /** Any other character. */
  readonly press?: (key: string) => void;
}

const END = new Set(['q', 'Q', '\u0003', '\u0004']);
const SUSPEND = '\u001a';

/** Listens until the function that comes back is called. */
export function listenToKeys(stream: KeyStream, actions: KeyActions): () => void {
  const onData = (bytes: Buffer) => {
    for (const key of bytes.toString('latin1')) {
      if (END.has(key)) actions.end();
      else if (key === SUSPEND) actions.suspend();
      else if (key >= ' ') actions.press?.(key);
    }
  };
  const release = () => {
    process.off('exit', restore);
    stream.off('data', onData);
    stream.pause();
    restore();
  };
  const restore = () => stream.setRawMode(false);
  stream.setRawMode(true);
  stream.on('data', onData);
  stream.resume();
  process.on('exit', restore);
  return release;
}
