// The lines of a byte stream, each of bounded length, pulled no faster than their consumer asks: a slow reader slows the
// writer down, and no input makes us hold more than one line.
import { LineFramer } from '../../protocol/jsonrpc/framing.ts';

/** A line without its newline, or null for one that was longer than the limit; its rest is thrown away. */
export type BoundedLine = Buffer | null;

export async function* boundedLines(
  source: AsyncIterable<Buffer | string>,
  limitBytes: number,
): AsyncGenerator<BoundedLine, void, undefined> {
  // Unlike a peer's connection, a file may hold any number of over-long lines: each gets its answer.
  const framer = new LineFramer({ maxLineBytes: limitBytes, maxDiscardBytes: Number.POSITIVE_INFINITY });
  for await (const chunk of source) {
    for (const frame of framer.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) {
      yield frame.type === 'line' ? frame.bytes : null;
    }
  }
  for (const frame of framer.end()) if (frame.type === 'line') yield frame.bytes;
}
