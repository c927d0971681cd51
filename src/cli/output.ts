// What becomes of a command whose output cannot be written: its reader has left, its terminal was closed, its disk is full. One
// that has something to put in order first is told, and stops; any other ends at once. No stack is shown for it.
import { fstatSync, statSync, writeSync } from 'node:fs';
import { errnoOf, isDiskFull, PearlError } from '../base/errors.ts';
import { isReaderGone } from '../base/logs/reader-gone.ts';
import { reportError } from './report-error.ts';

const STDOUT = 1;
const STDERR = 2;

// Every hot command pays for what is imported or made here: the rest waits until something is lost.
export class Output {
  #lost: AbortController | null = null;
  readonly #argv: readonly string[];
  #heeded = false;
  #failure: PearlError | null = null;
  #stream: NodeJS.WriteStream | null = null;
  #talk: NodeJS.WriteStream | null = null;

  /** @param argv the command line of this process. */
  constructor(argv: readonly string[]) {
    this.#argv = argv;
  }

  /** Standard output as Node's stream, whose errors are listened to for the rest of this process. To make it takes a while. */
  stream(): NodeJS.WriteStream {
    this.#stream ??= process.stdout.on('error', (error) => this.#lose(error));
    return this.#stream;
  }

  /** What of a terminal is asked: nothing where standard output is a file, a pipe or `/dev/null`. */
  terminal(): { readonly isTTY?: boolean; readonly columns?: number } {
    const facts = fstatSync(STDOUT);
    const isNull = () => facts.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
    return this.#stream ?? (facts.isCharacterDevice() && !isNull() ? this.stream() : {});
  }

  /** Standard error as Node's stream. What is said there is talk: the answer and the exit code do not hang on it. */
  talk(): NodeJS.WriteStream {
    this.#talk ??= process.stderr.on('error', () => {});
    return this.#talk;
  }

  /** Whether all is written, and nothing waits: no stream was needed. */
  get isWritten(): boolean {
    return this.#stream === null && this.#talk === null;
  }

  /** The answer. The stream takes what cannot be written at once, and what goes wrong with it. */
  write(text: string): void {
    const rest = this.#stream === null ? writeAtOnce(STDOUT, text) : text;
    if (rest.length > 0) this.stream().write(rest);
  }

  say(text: string): void {
    const rest = this.#talk === null ? writeAtOnce(STDERR, text) : text;
    if (rest.length > 0) this.talk().write(rest);
  }

  /** Aborted when standard output cannot be written any more. Its reader ends the command then. */
  lost(): AbortSignal {
    this.stream();
    this.#heeded = true;
    this.#lost ??= new AbortController();
    return this.#lost.signal;
  }

  /** The command is over: says why its answer was lost, and what is lost from now on ends the process. */
  close(): void {
    this.#heeded = false;
    if (this.#failure !== null) reportError(this.#failure, this.#argv, this);
  }

  #lose(error: Error): void {
    // `pearlctl … | head` closes our stdout early: that is the reader's right, and no failure.
    const gone = isReaderGone(error, this.stream().isTTY);
    if (!gone) this.#failure ??= unwritable(error);
    if (this.#heeded) {
      this.#lost?.abort('its output is not read any more');
      return;
    }
    if (gone) process.exit(0);
    this.close();
    process.exit();
  }
}

/** Gives what is left: all of it where the stream will meet the same error. */
function writeAtOnce(descriptor: number, text: string): Buffer {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
  } catch {}
  return rest;
}

function unwritable(error: Error): PearlError {
  const message = `Standard output cannot be written (${errnoOf(error) ?? error.message}).`;
  const hint = isDiskFull(error) ? { hint: 'Free some space where it goes to.' } : {};
  return new PearlError('OUTPUT_UNWRITABLE', message, { ...hint, cause: error });
}
