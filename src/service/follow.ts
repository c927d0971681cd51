// The last lines of a log file, and what is appended later, also when the file is put aside and begun anew.
import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../errors.ts';

export interface FollowOptions {
  lines: number;
  follow: boolean;
  signal: AbortSignal;
}

/** Read in pieces of this size, so that a large log needs no memory. */
const PIECE_BYTES = 64 * 1024;
const POLL_MS = 300;

/** Writes to `output` until the end of the file, or with `follow` until the signal. */
export async function followFile(
  path: string,
  output: { write(chunk: Uint8Array): unknown },
  { lines, follow, signal }: FollowOptions,
): Promise<void> {
  let file = await open(path, 'r');
  try {
    let { ino } = await file.stat();
    let position = await startOfLastLines(file, lines);
    for (;;) {
      position = await copyFrom(file, position, output);
      if (!follow || signal.aborted) return;
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      const now = await stat(path).catch((error: unknown) => {
        // Between two files of a rotation there is none.
        if (errnoOf(error) === 'ENOENT') return null;
        throw error;
      });
      if (now !== null && now.ino !== ino) {
        await copyFrom(file, position, output);
        await file.close();
        file = await open(path, 'r');
        ({ ino } = await file.stat());
        position = 0;
      } else if (now !== null && now.size < position) position = 0;
    }
  } finally {
    await file.close();
  }
}

type File = Awaited<ReturnType<typeof open>>;

async function copyFrom(file: File, from: number, output: { write(chunk: Uint8Array): unknown }): Promise<number> {
  let position = from;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PIECE_BYTES), 0, PIECE_BYTES, position);
    if (bytesRead === 0) return position;
    output.write(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Where the last `count` lines begin: searched backwards, piece by piece. */
async function startOfLastLines(file: File, count: number): Promise<number> {
  const { size } = await file.stat();
  let found = 0;
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - PIECE_BYTES);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let i = buffer.length - 1; i >= 0; i--) {
      // The line feed at the very end closes the last line, it does not begin another.
      if (buffer[i] !== 0x0a || start + i === size - 1) continue;
      found += 1;
      if (found === count) return start + i + 1;
    }
    end = start;
  }
  return 0;
}
