// A log file with a cap: at its size it is renamed to `.1`, the older ones move up, the oldest goes. Rename, never copy, so
// that a full disk gets no fuller and no line is written twice.
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../folder.ts';

export interface RotatingFileOptions {
  path: string;
  /** Size at which a new file begins. */
  maxBytes: number;
  /** How many files exist at most, the current one included. */
  files: number;
}

export class RotatingFile {
  readonly #options: RotatingFileOptions;
  #handle: FileHandle | null = null;
  #bytes = 0;

  constructor(options: RotatingFileOptions) {
    this.#options = options;
  }

  /** Appends, rotating first when the chunk would pass the cap. One call at a time. */
  async append(chunk: string): Promise<void> {
    const bytes = Buffer.from(chunk, 'utf8');
    try {
      let handle = this.#handle ?? (await this.#open());
      if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.maxBytes) handle = await this.#rotate();
      // `appendFile` writes on until all is written, or rejects.
      await handle.appendFile(bytes);
      this.#bytes += bytes.length;
    } catch (error) {
      // The next call begins with a fresh descriptor: the folder may have been removed and come back.
      await this.close();
      throw error;
    }
  }

  /** Lets go of the file, so that the next line opens it by name again (after a rename by somebody else). */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close().catch(() => undefined);
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#options;
    makeFolder(dirname(path), 0o700);
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await open(path, flags, 0o600);
    this.#handle = handle;
    this.#bytes = (await handle.stat()).size;
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

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
