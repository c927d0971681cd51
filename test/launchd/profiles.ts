// Where reports about launchd disagree, or releases differ: one value for each answer, and a profile for each release.
// The tests run under all of them, so nothing in the product leans on a disputed one.

export interface Profile {
  name: string;
  /** `print-disabled` says `disabled`/`enabled` since macOS 13, `true`/`false` before. */
  disabledWords: 'words' | 'booleans';
  /** What a bootstrap of a label that is loaded already, or still leaving, ends with. */
  loadedCode: 5 | 37;
  /** Ordinary users see this instead of 109, 110, 111, 119 and 122; null: the code itself. */
  maskedCode: 5 | null;
  /** `bootout --wait` exists. */
  bootoutWait: boolean;
  /** Milliseconds that a label stays taken after its process is gone. */
  lingeringLabelMs: number;
  /** The signal of `kickstart -k`. */
  kickSignal: 'SIGTERM' | 'SIGKILL';
  /** ExitTimeOut of a plist without one. */
  defaultExitTimeOutSeconds: number;
}

export const PROFILES: readonly Profile[] = [
  {
    name: 'ventura13',
    disabledWords: 'words',
    loadedCode: 37,
    maskedCode: null,
    bootoutWait: false,
    lingeringLabelMs: 0,
    kickSignal: 'SIGTERM',
    defaultExitTimeOutSeconds: 20,
  },
  {
    name: 'sequoia15',
    disabledWords: 'words',
    loadedCode: 5,
    maskedCode: 5,
    bootoutWait: false,
    lingeringLabelMs: 1500,
    kickSignal: 'SIGKILL',
    defaultExitTimeOutSeconds: 5,
  },
  {
    name: 'tahoe26',
    disabledWords: 'booleans',
    loadedCode: 5,
    maskedCode: 5,
    bootoutWait: true,
    lingeringLabelMs: 400,
    kickSignal: 'SIGTERM',
    defaultExitTimeOutSeconds: 5,
  },
];
