// A proof's text as a session with compression wants it: base64 of gzip of the same bytes.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

/** @param proof base64 of the serialised proof. */
export async function gzippedProof(proof: string): Promise<string> {
  return (await compress(Buffer.from(proof, 'base64'))).toString('base64');
}
