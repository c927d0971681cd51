// A whole terminal for one changing text: the alternate screen of xterm, without a cursor and without flicker. What was on the
// terminal before is there again afterwards, however it ends.

/** What of a terminal's stream is needed: `process.stdout` on a terminal, or a test's own. */
export interface ScreenStream {
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
}

/** xterm's control sequences (invisible-island.net/xterm/ctlseqs): the alternate screen, and the cursor hidden. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
/** The terminal shows all that lies between at once; one that does not know these passes over them. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
const HOME = '\u001b[H';
const ERASE_REST_OF_LINE = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

export class Screen {
  readonly #stream: ScreenStream;
  readonly #onExit = () => this.leave();
  #entered = false;

  constructor(stream: ScreenStream) {
    this.#stream = stream;
  }

  enter(): void {
    if (this.#entered) return;
    this.#entered = true;
    // Also when an exception is not caught, or a second Ctrl-C ends the process.
    process.on('exit', this.#onExit);
    this.#stream.write(ENTER);
  }

  /** Each line over the one that was there; nothing is blank in between. */
  draw(text: string): void {
    if (!this.#entered) return;
    const lines = text.trimEnd().split('\n').slice(0, this.#stream.rows);
    const body = lines.map((line) => `${line}${ERASE_REST_OF_LINE}`).join('\r\n');
    this.#stream.write(`${BEGIN_UPDATE}${HOME}${body}${ERASE_BELOW}${END_UPDATE}`);
  }

  leave(): void {
    if (!this.#entered) return;
    this.#entered = false;
    process.off('exit', this.#onExit);
    this.#stream.write(LEAVE);
  }
}
