// A value that a service on a message bus keeps: read at each of its signals, and again when the bus or the service comes back.
import { DbusClient } from './dbus-client.ts';

const RETRY_MS = 10_000;

export interface BusWatchOptions<T> {
  readonly socket: string;
  /** The signals after which it is read again, as D-Bus match rules. */
  readonly rules: readonly string[];
  /** Once for each connection, before the first reading. */
  readonly prepare?: (bus: DbusClient) => Promise<unknown>;
  readonly read: (bus: DbusClient) => Promise<T>;
  /** When to read it again without a signal; null for never. */
  readonly againMs?: (value: T) => number | null;
  readonly onChange: () => void;
}

export class BusWatch<T> {
  readonly #options: BusWatchOptions<T>;
  #bus: DbusClient | null = null;
  #value: T | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** A reading is under way, and whether another one is due after it. */
  #reading = false;
  #again = false;

  constructor(options: BusWatchOptions<T>) {
    this.#options = options;
    void this.#open();
  }

  /** Null while there is no such service. */
  get value(): T | null {
    return this.#value;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#bus?.close();
  }

  async #open(): Promise<void> {
    const { socket, rules, prepare } = this.#options;
    const bus = await DbusClient.connect(socket).catch(() => null);
    if (bus === null || this.#stopped) {
      bus?.close();
      this.#retry();
      return;
    }
    this.#bus = bus;
    bus.onSignal = () => void this.#look(bus);
    void bus.closed.then(() => this.#lose());
    try {
      for (const rule of rules) await bus.listen(rule);
      await prepare?.(bus);
    } catch {
      bus.close();
      return;
    }
    await this.#look(bus);
  }

  async #look(bus: DbusClient): Promise<void> {
    this.#again = this.#reading;
    if (this.#reading) return;
    this.#reading = true;
    clearTimeout(this.#timer);
    const value = await this.#options.read(bus).catch(() => null);
    this.#reading = false;
    if (this.#bus !== bus || this.#stopped) return;
    // A service that begins again has forgotten what it was prepared for.
    if (value === null) {
      bus.close();
      return;
    }
    this.#value = value;
    this.#options.onChange();
    if (this.#again) return this.#look(bus);
    const againMs = this.#options.againMs?.(value) ?? null;
    if (againMs !== null) this.#timer = setTimeout(() => void this.#look(bus), againMs).unref();
  }

  #lose(): void {
    this.#bus = null;
    const knew = this.#value !== null;
    this.#value = null;
    if (this.#stopped) return;
    if (knew) this.#options.onChange();
    this.#retry();
  }

  #retry(): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#open(), RETRY_MS).unref();
  }
}
