// What becomes of a command whose output cannot be written: its reader has left, its terminal was closed, its disk is full. One
// that has something to put in order first is told, and stops; any other ends at once. No stack is shown for it.
import { errnoOf, PearlError } from '../base/errors.ts';
import { isReaderGone } from '../base/logs/reader-gone.ts';

// Every hot command pays for what is imported or made here: the rest waits until something is lost.
export class Output {
  #lost: AbortController | null = null;
  readonly #argv: readonly string[];
  #heeded = false;
  #failure: PearlError | null = null;

  /** Listens to the errors of standard output for the rest of this process, whose command line `argv` is. */
  constructor(argv: readonly string[]) {
    this.#argv = argv;
    process.stdout.on('error', (error) => this.#lose(error));
  }

  /** Aborted when standard output cannot be written any more. Its reader ends the command then. */
  lost(): AbortSignal {
    this.#heeded = true;
    this.#lost ??= new AbortController();
    return this.#lost.signal;
  }

  /** The command is over: says why its answer was lost, and what is lost from now on ends the process. */
  async close(): Promise<void> {
    this.#heeded = false;
    if (this.#failure !== null) await this.#tell(this.#failure);
  }

  async #tell(failure: PearlError): Promise<void> {
    const { reportError } = await import('./report-error.ts');
    reportError(failure, this.#argv);
  }

  #lose(error: Error): void {
    // `pearlctl … | head` closes our stdout early: that is the reader's right, and no failure.
    const gone = isReaderGone(error, process.stdout.isTTY);
    if (!gone) this.#failure ??= unwritable(error);
    if (this.#heeded) {
      this.#lost?.abort('its output is not read any more');
      return;
    }
    if (gone) process.exit(0);
    void this.close().finally(() => process.exit());
  }
}

function unwritable(error: Error): PearlError {
  const errno = errnoOf(error);
  const message = `Standard output cannot be written (${errno ?? error.message}).`;
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') return new PearlError('OUTPUT_UNWRITABLE', message, { cause: error });
  return new PearlError('OUTPUT_UNWRITABLE', message, { hint: 'Free some space where it goes to.', cause: error });
}
