// The live view of `pearlctl run` on a terminal: log lines scroll by as always, and below them the status is redrawn in
// place. It leaves the terminal as any program that only printed lines would.
import { type LogRecord, renderHumanLine } from '../../base/logs/log-record.ts';
import { renderStatus, type StatusModel } from '../../state/status/gather.ts';
import type { ScreenStream } from './screen.ts';

/** ECMA-48: cursor up N lines, then erase to the end of the screen. */
const upAndErase = (lines: number) => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`);

export class LiveView {
  readonly #stream: ScreenStream;
  readonly #colour: boolean;
  #model: StatusModel | null = null;
  /** How many lines of the status stand on the screen, all of them right above the cursor. */
  #drawnLines = 0;
  #drawnText = '';

  constructor(stream: ScreenStream, colour: boolean) {
    this.#stream = stream;
    this.#colour = colour;
  }

  /** A log line: above the status, where it stays. */
  record(record: LogRecord): void {
    this.#draw(renderHumanLine(record));
  }

  /** What the status says now; null before it was told. */
  get model(): StatusModel | null {
    return this.#model;
  }

  /** An answer to a key: like a log line. */
  say(text: string): void {
    this.#draw(`${text}\n`);
  }

  change(model: StatusModel): void {
    this.#model = model;
    this.#draw('');
  }

  /** Takes the status away, so that the lines that were said are what stays. */
  end(): void {
    this.#model = null;
    this.#draw('');
  }

  #draw(above: string): void {
    const status = this.#statusLines();
    const text = status.join('\n');
    if (above === '' && text === this.#drawnText) return;
    this.#drawnText = text;
    this.#stream.write(`${upAndErase(this.#drawnLines)}${above}${status.map((line) => `${line}\n`).join('')}`);
    this.#drawnLines = status.length;
  }

  /** As many lines as can be erased again: what has scrolled off the screen cannot. */
  #statusLines(): string[] {
    if (this.#model === null) return [];
    const text = renderStatus(this.#model, { colour: this.#colour, width: this.#stream.columns });
    return ['', ...text.trimEnd().split('\n')].slice(0, Math.max(0, this.#stream.rows - 2));
  }
}
