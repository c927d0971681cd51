// One abort signal for "please stop", fed by SIGINT, SIGTERM, a terminal that was closed, and an answer that is not read any
// more. A second SIGINT ends the process at once, so that a person is never held by a stop that hangs.

/** 128 + SIGINT, what shells show for an interrupted program. */
export const INTERRUPTED = 130;

/** Aborted by the first of these signals, with its name as the reason, or by `lost`; takes them over from Node for good. */
export function listenForStop(lost: AbortSignal): AbortSignal {
  const signals = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (signals.signal.aborted && name === 'SIGINT') process.exit(INTERRUPTED);
      signals.abort(name);
    });
  }
  return AbortSignal.any([signals.signal, lost]);
}
