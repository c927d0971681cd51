// Entries on their way into the ledger. What a full disk refuses waits here and goes in, in order, once there is room, so
// that no verdict is lost to a disk that was full for a while.
import { keepNewest } from '../../base/keep-newest.ts';
import type { LedgerEntry } from '../../state/ledger/entry.ts';

export interface BacklogOptions {
  append: (entry: LedgerEntry) => Promise<void>;
  /** The first failure of a row of them. */
  onTrouble: (error: unknown) => void;
  /** So many entries will never be written. */
  onLost: (entries: number) => void;
  retryMs?: number;
  maxWaiting?: number;
}

const RETRY_MS = 2000;
/** Some hundred bytes each. */
const MAX_WAITING = 4096;

export class LedgerBacklog {
  readonly #options: Required<BacklogOptions>;
  readonly #waiting: LedgerEntry[] = [];
  #draining: Promise<void> | null = null;
  #closing = false;
  #wake: (() => void) | null = null;

  constructor(options: BacklogOptions) {
    this.#options = { retryMs: RETRY_MS, maxWaiting: MAX_WAITING, ...options };
  }

  add(entry: LedgerEntry): void {
    this.#waiting.push(entry);
    const lost = keepNewest(this.#waiting, this.#options.maxWaiting).length;
    if (lost > 0) this.#options.onLost(lost);
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
  }

  /** Tries once more to write what waits, and gives the rest up. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#draining;
    if (this.#waiting.length > 0) this.#options.onLost(this.#waiting.splice(0).length);
  }

  async #drain(): Promise<void> {
    let isTold = false;
    for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
      try {
        await this.#options.append(entry);
        // A full backlog may have let go of it meanwhile.
        if (this.#waiting[0] === entry) this.#waiting.shift();
        isTold = false;
      } catch (error) {
        if (!isTold) this.#options.onTrouble(error);
        isTold = true;
        if (this.#closing) return;
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, this.#options.retryMs);
      timer.unref();
    });
    clearTimeout(timer);
    this.#wake = null;
  }
}
