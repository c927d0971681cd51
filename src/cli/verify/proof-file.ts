// Reads the proof for a single verification, from a file or from standard input: base64 as miners send it, or the bytes
// themselves.
import { open } from 'node:fs/promises';
import { errnoOf, PearlError } from '../../base/errors.ts';
import { PROOF_LIMIT_BYTES } from './verify-request.ts';

/** The proof in base64. `path` `-` is standard input. Throws FILE_UNREADABLE. */
export async function readProof(path: string): Promise<string> {
  const bytes = await collect(path === '-' ? process.stdin : await openFile(path), path);
  // A serialised proof always holds zero bytes (its counts are 64-bit), base64 text never does.
  return bytes.includes(0) ? bytes.toString('base64') : bytes.toString('latin1').trim();
}

async function openFile(path: string): Promise<AsyncIterable<Buffer>> {
  try {
    const handle = await open(path, 'r');
    return handle.createReadStream();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function collect(source: AsyncIterable<Buffer | string>, path: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of source) {
      pieces.push(Buffer.from(piece));
      bytes += piece.length;
      if (bytes > PROOF_LIMIT_BYTES) break;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (bytes > PROOF_LIMIT_BYTES) {
    throw new PearlError('FILE_UNREADABLE', `${path} is longer than any proof (${PROOF_LIMIT_BYTES} bytes).`, {
      hint: 'Give the file that holds one proof, in base64 or as bytes.',
    });
  }
  return Buffer.concat(pieces);
}

function unreadable(path: string, error: unknown): PearlError {
  const why = { ENOENT: 'does not exist', EACCES: 'may not be read by you', EISDIR: 'is a folder' }[
    errnoOf(error) ?? ''
  ];
  return new PearlError('FILE_UNREADABLE', `${path} ${why ?? 'cannot be read'}.`, {
    hint: 'Give the file that holds the proof, or - for standard input.',
    cause: error,
  });
}
