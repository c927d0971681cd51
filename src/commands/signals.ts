// One abort signal for "please stop", fed by SIGINT and SIGTERM. A second SIGINT ends the process at once, so that a
// person is never held by a stop that hangs.

let controller: AbortController | undefined;

/** Aborted by the first SIGINT or SIGTERM; the reason is the signal's name. Every call returns the same signal. */
export function stopSignal(): AbortSignal {
  if (controller) return controller.signal;
  const created = new AbortController();
  controller = created;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // 128 + SIGINT, what shells show for an interrupted program.
      if (created.signal.aborted && name === 'SIGINT') process.exit(130);
      created.abort(name);
    });
  }
  return created.signal;
}
