// Whether this process was stopped and continued (SIGSTOP, a debugger, a frozen group), which SIGCONT tells; one that got no
// processor time for long hears nothing.

export class ContinuedMeter {
  #count = 0;
  readonly #onContinue = () => {
    this.#count += 1;
  };

  constructor() {
    process.on('SIGCONT', this.#onContinue);
  }

  /** True when it was continued since the last call. Ask in `setImmediate`: the signal is heard after the timers. */
  take(): boolean {
    const wasContinued = this.#count > 0;
    this.#count = 0;
    return wasContinued;
  }

  close(): void {
    process.off('SIGCONT', this.#onContinue);
  }
}
