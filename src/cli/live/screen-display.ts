// The status on a whole terminal, redrawn in place, with the rate of the last minutes below it.
import { keepNewest } from '../../base/keep-newest.ts';
import { renderStatus, type StatusModel } from '../../state/status/gather.ts';
import { Screen, type ScreenStream } from './screen.ts';
import { sparkline } from './sparkline.ts';
import type { Display } from './watch-loop.ts';

/** So many are kept: as many as a very wide terminal has columns. */
export const MOST_SAMPLES = 400;
const TREND_LABEL = '  Trend:    ';

export class ScreenDisplay implements Display {
  readonly #screen: Screen;
  readonly #stream: ScreenStream;
  readonly #colour: boolean;
  readonly #rates: (number | null)[] = [];
  #model: StatusModel | null = null;
  #said: string | null = null;

  constructor(stream: ScreenStream, colour: boolean) {
    this.#stream = stream;
    this.#screen = new Screen(stream);
    this.#colour = colour;
  }

  show(model: StatusModel): void {
    this.#model = model;
    this.#rates.push(model.rate?.macsPerSecond10s ?? null);
    keepNewest(this.#rates, MOST_SAMPLES);
    this.#screen.enter();
    this.redraw();
  }

  /** The rates of the seconds before the first that was shown, oldest first. */
  precede(rates: readonly (number | null)[]): void {
    this.#rates.unshift(...rates);
    keepNewest(this.#rates, MOST_SAMPLES);
    this.redraw();
  }

  /** The same again, for a terminal that has another size now. */
  redraw(): void {
    if (this.#model === null) return;
    const { columns } = this.#stream;
    const trend = sparkline(this.#rates, columns - TREND_LABEL.length - 1);
    const lines = [renderStatus(this.#model, { colour: this.#colour, width: columns }).trimEnd(), ''];
    if (trend.trim() !== '') lines.push(`${TREND_LABEL}${trend}`, '');
    lines.push(this.#said === null ? this.#dim('  Every second. Ctrl-C or q ends it, ? shows the keys.') : this.#said);
    this.#screen.draw(lines.join('\n'));
  }

  /** What the status says now; null before it was told. */
  get model(): StatusModel | null {
    return this.#model;
  }

  /** Stands below the status from now on. */
  say(text: string): void {
    this.#said = text.replaceAll(/^/gm, '  ');
    this.redraw();
  }

  /** Gives the terminal back for a while. */
  suspend(): void {
    this.#screen.leave();
  }

  resume(): void {
    this.#screen.enter();
    this.redraw();
  }

  /** The last answer stays on the terminal, as if it had been asked for without --watch. */
  end(): void {
    this.#screen.leave();
    if (this.#model === null) return;
    this.#stream.write(renderStatus(this.#model, { colour: this.#colour, width: this.#stream.columns }));
  }

  #dim(text: string): string {
    return this.#colour ? `\u001b[2m${text}\u001b[0m` : text;
  }
}
