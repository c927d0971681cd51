// A short name for bytes.
import { createHash } from 'node:crypto';

/** The first 64 bits of the SHA-256 of `bytes`, in hexadecimal, as the ledger names headers and proofs. */
export function shortDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
