// A value that changes, as an async iterable: a slow consumer sees only the newest, a fast one sees every change.

/** Any number of consumers, each from the newest value on; ends for all with `end`. */
export class Newest<T> {
  #value: T;
  #version = 0;
  #over = false;
  #wake: (() => void)[] = [];

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (this.#over) return;
    this.#value = value;
    this.#version += 1;
    this.#wakeAll();
  }

  end(): void {
    this.#over = true;
    this.#wakeAll();
  }

  async *values(): AsyncGenerator<T, void, undefined> {
    for (let seen = -1; !this.#over; ) {
      if (seen === this.#version) {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
        continue;
      }
      seen = this.#version;
      yield this.#value;
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
