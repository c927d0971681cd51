// Cuts a byte stream into lines, and never holds more of a line than its limit: what exceeds it is reported once and
// discarded up to the next newline. Pure: chunks in, frames out.

export type Frame =
  /** One line, without its newline; a carriage return or white space is still there. */
  | { readonly type: 'line'; readonly bytes: Buffer }
  /** The line passed the limit; reported once, when it does. */
  | { readonly type: 'oversize' }
  /** More was discarded than the connection is worth: close it. Nothing follows. */
  | { readonly type: 'flood' };

export interface FramingLimits {
  /** Longest line, in bytes without the newline. The protocol's own limit is 1 MiB (section 9). */
  readonly maxLineBytes: number;
  /** How much of oversize lines is swallowed before the connection is given up. */
  readonly maxDiscardBytes: number;
}

export const FRAMING_LIMITS: FramingLimits = { maxLineBytes: 1 << 20, maxDiscardBytes: 64 << 20 };

const NEWLINE = 0x0a;

export class LineFramer {
  readonly #limits: FramingLimits;
  #parts: Buffer[] = [];
  #heldBytes = 0;
  #discarding = false;
  #discardedBytes = 0;
  #flooded = false;

  constructor(limits: FramingLimits = FRAMING_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes of the unfinished line that are held right now. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** The frames that this chunk completes, in order. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    while (from < chunk.length && !this.#flooded) {
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline < 0 ? chunk.length : newline;
      this.#extend(chunk.subarray(from, to), frames);
      if (newline < 0) break;
      this.#finish(frames);
      from = newline + 1;
    }
    return frames;
  }

  /** The stream's end: an unfinished line counts as one. */
  end(): Frame[] {
    const frames: Frame[] = [];
    if (this.#heldBytes > 0) this.#finish(frames);
    return frames;
  }

  #extend(part: Buffer, frames: Frame[]): void {
    if (!this.#discarding && this.#heldBytes + part.length > this.#limits.maxLineBytes) {
      this.#discarding = true;
      this.#discardedBytes += this.#heldBytes;
      this.#parts = [];
      this.#heldBytes = 0;
      frames.push({ type: 'oversize' });
    }
    if (this.#discarding) {
      this.#discardedBytes += part.length;
      if (this.#discardedBytes <= this.#limits.maxDiscardBytes) return;
      this.#flooded = true;
      frames.push({ type: 'flood' });
      return;
    }
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#heldBytes += part.length;
  }

  #finish(frames: Frame[]): void {
    if (this.#flooded) return;
    if (this.#discarding) {
      this.#discarding = false;
      return;
    }
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts, this.#heldBytes);
    this.#parts = [];
    this.#heldBytes = 0;
    frames.push({ type: 'line', bytes });
  }
}
