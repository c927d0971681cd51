// A log file with a cap: at its size or its age it is renamed to `.1`, the older ones move up, the oldest goes. Rename, never
// copy, so that a full disk gets no fuller and no line is written twice.
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../private-folder.ts';

export interface RotatingFileOptions {
  path: string;
  /** Size at which a new file begins. */
  maxBytes: number;
  /** Age of the first line at which a new file begins, by the clock on the wall. */
  maxAgeMs: number;
  /** How many files exist at most, the current one included. */
  files: number;
  /** Unix milliseconds. */
  now?: () => number;
}

/** Enough for `{"time":"2026-01-01T00:00:00.000Z"`. */
const FIRST_BYTES = 64;

export class RotatingFile {
  readonly #options: Required<RotatingFileOptions>;
  #handle: FileHandle | null = null;
  #bytes = 0;
  /** Unix milliseconds of the first line. */
  #begunMs = 0;
  #isStale = false;

  constructor(options: RotatingFileOptions) {
    this.#options = { now: Date.now, ...options };
  }

  /** Appends, rotating first when the chunk would pass the cap or the file is old. One call at a time. */
  async append(chunk: string): Promise<void> {
    const bytes = Buffer.from(chunk, 'utf8');
    try {
      if (this.#isStale) await this.close();
      let handle = this.#handle ?? (await this.#open());
      if (this.#isFull(bytes.length)) handle = await this.#rotate();
      // `appendFile` writes on until all is written, or rejects.
      await handle.appendFile(bytes);
      this.#bytes += bytes.length;
    } catch (error) {
      // The next call begins with a fresh descriptor: the folder may have been removed and come back.
      await this.close();
      throw error;
    }
  }

  /** The next line opens the file by its name again: another program renamed it. */
  reopen(): void {
    this.#isStale = true;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    this.#isStale = false;
    await handle?.close().catch(() => undefined);
  }

  #isFull(more: number): boolean {
    const { maxBytes, maxAgeMs, now } = this.#options;
    return this.#bytes > 0 && (this.#bytes + more > maxBytes || now() - this.#begunMs > maxAgeMs);
  }

  async #open(): Promise<FileHandle> {
    const { path, now } = this.#options;
    makeFolder(dirname(path), 0o700);
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await open(path, flags, 0o600);
    this.#handle = handle;
    this.#bytes = (await handle.stat()).size;
    this.#begunMs = (await firstTime(handle)) ?? now();
    return handle;
  }

  async #rotate(): Promise<FileHandle> {
    const { path, files } = this.#options;
    await this.close();
    await rm(files > 1 ? `${path}.${files - 1}` : path, { force: true });
    for (let number = files - 2; number >= 0; number--) {
      await rename(number === 0 ? path : `${path}.${number}`, `${path}.${number + 1}`).catch(ignoreMissing);
    }
    return this.#open();
  }
}

/** When the first line was written, as it says itself: the file's own times tell of its last change, or of a copy. */
async function firstTime(handle: FileHandle): Promise<number | null> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
  const time = /^\{"time":"([0-9T:.Z-]+)"/.exec(buffer.toString('latin1', 0, bytesRead))?.[1];
  const unixMs = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(unixMs) ? null : unixMs;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
