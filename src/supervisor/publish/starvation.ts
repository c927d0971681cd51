// Whether other programs leave this process too little processor time to be prompt: a service at the least weight is served last on a
// machine whose every processor is busy. It is then alive and slow, which a watchdog must not take for hung. Pure.

/** How long one wait for the processor counts. */
const WINDOW_MS = 60_000;
/** Of that time, so much without the processor is told. */
const TOLD_MS = 10_000;

export interface Starved {
  /** It waited lately, so that it may wait longer than the watchdog does. */
  readonly waits: boolean;
  /** So much of the last minute that a person notices. */
  readonly noticeable: boolean;
}

export class Starvation {
  #waits: { readonly atMs: number; readonly ms: number }[] = [];

  /** @param waitedMs how much too late this tick is. */
  note(waitedMs: number, nowMs: number): Starved {
    this.#waits = this.#waits.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    if (waitedMs > 0) this.#waits.push({ atMs: nowMs, ms: waitedMs });
    const totalMs = this.#waits.reduce((sum, { ms }) => sum + ms, 0);
    return { waits: totalMs > 0, noticeable: totalMs >= TOLD_MS };
  }
}
