// A queue in front of a slow sink. It never blocks and never throws: when the disk is full or the reader asleep, lines are
// dropped, counted, and the count is the first thing written once it goes on.
import { within } from '../time-limit.ts';

/** Writes a chunk whole, or rejects. */
export type Sink = (chunk: string) => Promise<void>;

export interface BoundedWriterOptions {
  sink: Sink;
  /** What may wait in memory. */
  maxQueuedCharacters?: number;
  /** How long to leave a failing sink alone. */
  retryMs?: number;
  /** The line that tells of lost ones. */
  describeLoss: (lines: number) => string;
}

const MAX_QUEUED_CHARACTERS = 1 << 20;
const RETRY_MS = 2000;
/** Lines are handed to the sink in batches of about this size. */
const BATCH_CHARACTERS = 64 * 1024;

export class BoundedWriter {
  readonly #options: Required<BoundedWriterOptions>;
  #queue: string[] = [];
  #queuedCharacters = 0;
  #lost = 0;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(options: BoundedWriterOptions) {
    this.#options = { maxQueuedCharacters: MAX_QUEUED_CHARACTERS, retryMs: RETRY_MS, ...options };
  }

  /** Queues a line, or counts it as lost when the queue is full. */
  write(line: string): void {
    if (this.#queuedCharacters + line.length > this.#options.maxQueuedCharacters) {
      this.#lost += 1;
      return;
    }
    this.#queue.push(line);
    this.#queuedCharacters += line.length;
    this.#running ??= this.#drain().finally(() => {
      this.#running = null;
    });
  }

  /** Waits until everything is written, at most `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    this.#wake?.();
    if (this.#running !== null) await within(this.#running, timeoutMs);
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#lost > 0) {
      const { batch, lines } = this.#takeBatch();
      try {
        await this.#options.sink(batch);
      } catch {
        this.#lost += lines;
        await this.#pause();
        // Without a waiting line the loss is told with the next one: a dead sink is not hammered.
        if (this.#queue.length === 0) return;
      }
    }
  }

  #takeBatch(): { batch: string; lines: number } {
    let batch = this.#lost > 0 ? this.#options.describeLoss(this.#lost) : '';
    let lines = this.#lost;
    this.#lost = 0;
    let taken = 0;
    for (const line of this.#queue) {
      if (batch.length > 0 && batch.length + line.length > BATCH_CHARACTERS) break;
      batch += line;
      taken += 1;
      lines += 1;
      this.#queuedCharacters -= line.length;
    }
    this.#queue = this.#queue.slice(taken);
    return { batch, lines };
  }

  async #pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.retryMs);
      timer.unref();
      this.#wake = resolve;
    });
    clearTimeout(timer);
    this.#wake = null;
  }
}
