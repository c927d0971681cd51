// The body of an answer over HTTP, read no further than its reader is prepared to hold.

/** The body as text. Throws `RangeError` for one of more than `mostBytes`, and what the connection throws. */
export async function readAnswerBody(body: AsyncIterable<Uint8Array> | null, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw new RangeError('The answer is too long.');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
