// A sleep that ends early when there is something to do.

export class Wake {
  #pending = false;
  #end: (() => void) | null = null;

  /** Ends the present sleep, or else the next one. */
  ring(): void {
    this.#pending = true;
    this.#end?.();
  }

  /** Sleeps for at most `ms`. One sleeper at a time. */
  async sleep(ms: number): Promise<void> {
    if (!this.#pending && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#end = null;
    this.#pending = false;
  }
}
