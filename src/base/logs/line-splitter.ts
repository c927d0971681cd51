// A child's output as bounded lines: a long line is cut and says so, a flood is counted instead of kept.
import { StringDecoder } from 'node:string_decoder';

/** journald itself splits at 48 KiB; nothing that a person reads is longer than this. */
export const MAX_LINE_CHARACTERS = 4096;

/** Cuts a byte stream into lines, holding at most one of `maxCharacters`. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxCharacters: number;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';
  /** Set once the current line has been handed on cut: the rest of it is thrown away. */
  #discarding = false;

  constructor(onLine: (line: string) => void, maxCharacters = MAX_LINE_CHARACTERS) {
    this.#onLine = onLine;
    this.#maxCharacters = maxCharacters;
  }

  push(chunk: Buffer): void {
    const parts = this.#decoder.write(chunk).split('\n');
    const rest = parts.pop() ?? '';
    for (const part of parts) {
      this.#append(part);
      this.#finishLine();
    }
    this.#append(rest);
  }

  /** The stream ended: what is left is a line too. */
  end(): void {
    this.#append(this.#decoder.end());
    if (this.#partial !== '') this.#finishLine();
  }

  #append(text: string): void {
    if (this.#discarding) return;
    this.#partial += text;
    if (this.#partial.length > this.#maxCharacters) {
      this.#onLine(`${this.#partial.slice(0, this.#maxCharacters)} … (cut)`);
      this.#partial = '';
      this.#discarding = true;
    }
  }

  #finishLine(): void {
    if (!this.#discarding) {
      const line = this.#partial.endsWith('\r') ? this.#partial.slice(0, -1) : this.#partial;
      if (line !== '') this.#onLine(line);
    }
    this.#partial = '';
    this.#discarding = false;
  }
}

/** Lets `perSecond` lines through with a burst of the same size, and counts the others. */
export class RateLimit {
  readonly #perSecond: number;
  #tokens: number;
  #filledAtMs: number;
  #dropped = 0;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAtMs = nowMs;
  }

  /** Whether one more may pass now. */
  admit(nowMs: number): boolean {
    const earned = (Math.max(0, nowMs - this.#filledAtMs) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + earned);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) {
      this.#dropped += 1;
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  /** How many were refused since this was last asked. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
