// Timers by name, of which one each runs at a time: arming one again starts it over.

export class NamedTimers<Name extends string> {
  readonly #running = new Map<Name, NodeJS.Timeout>();

  arm(name: Name, afterMs: number, act: () => void): void {
    clearTimeout(this.#running.get(name));
    this.#running.set(name, setTimeout(act, afterMs));
  }

  clear(): void {
    for (const timer of this.#running.values()) clearTimeout(timer);
    this.#running.clear();
  }
}
