// The lines of a file from its end to its beginning, in pieces, so that a large log needs no memory.
import type { FileHandle } from 'node:fs/promises';

const PIECE_BYTES = 64 * 1024;
/** Lines of ours are a few kilobytes; of a longer one, its end is shown. */
const MAX_LINE_BYTES = 1 << 20;

/** From the byte before `end` backwards; empty lines are left out. */
export async function* linesBackwards(file: FileHandle, end: number): AsyncGenerator<string> {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let position = end;
  while (position > 0) {
    const start = Math.max(0, position - PIECE_BYTES);
    const piece = Buffer.alloc(position - start);
    const { bytesRead } = await file.read(piece, 0, piece.length, start);
    let block: Buffer<ArrayBufferLike> = Buffer.concat([piece.subarray(0, bytesRead), rest]);
    let newline = block.lastIndexOf(0x0a);
    while (newline !== -1) {
      const line = block.subarray(newline + 1).toString('utf8');
      if (line.trim() !== '') yield line;
      block = block.subarray(0, newline);
      newline = block.lastIndexOf(0x0a);
    }
    rest = block.length > MAX_LINE_BYTES ? block.subarray(-MAX_LINE_BYTES) : block;
    position = start;
  }
  const first = rest.toString('utf8');
  if (first.trim() !== '') yield first;
}
