// Asks a program of the user's whether power is cheap now: it ends with 0 for cheap and 1 for dear.
import { execa } from 'execa';

/** Prices change by the quarter of an hour at the most often. */
const EVERY_MS = 300_000;
const ANSWER_MS = 60_000;

export class PriceCommand {
  readonly program: string;
  readonly #onChange: () => void;
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #isDear: boolean | null = null;
  #trouble: string | null = null;

  constructor(program: string, onChange: () => void) {
    this.program = program;
    this.#onChange = onChange;
    void this.#ask();
  }

  /** Null before the first answer, and after one that is neither. */
  get isDear(): boolean | null {
    return this.#isDear;
  }

  /** Why there is no answer, without a full stop. */
  get trouble(): string | null {
    return this.#trouble;
  }

  stop(): void {
    this.#end.abort();
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const limits = { reject: false, stdio: 'ignore', timeout: ANSWER_MS, cancelSignal: this.#end.signal } as const;
    const { exitCode, code, timedOut } = await execa(this.program, [], limits);
    if (this.#end.signal.aborted) return;
    this.#isDear = exitCode === 0 || exitCode === 1 ? exitCode === 1 : null;
    const ended = exitCode === undefined ? (code ?? 'a signal') : `exit code ${exitCode}`;
    this.#trouble =
      this.#isDear !== null ? null : timedOut ? 'it did not end within a minute' : `it ended with ${ended}`;
    this.#onChange();
    this.#timer = setTimeout(() => void this.#ask(), EVERY_MS).unref();
  }
}
