// What a block's header says of its proof: the `proofcommitment` of verbose `getblock`. It is the one thing that tells apart
// two blocks of one address on the same template, whose coinbase has no extra nonce. Pure.
import { createHash } from 'node:crypto';
import type { ProofFields } from '../native/native.ts';
import { rpcHash } from './header.ts';
import { patternBytes } from './patterns.ts';

/** A dense proof's figures. */
type CommittedFields = Omit<ProofFields, 'leavesA' | 'leavesB' | 'bytes'>;

/** `config[52] | hash_a | hash_b | hash_jackpot | m u32 | n u32 | t_rows u32 | t_cols u32`. */
const PUBLIC_BYTES = 164;

/**
 * The proof commitment of a dense proof's certificate, as RPC prints it: SHA-256 twice over `cert_version u32` and the
 * certificate's public data, little-endian. Source: the certificates of the Pearl node and of its prover (`PublicData` of
 * versions 1 to 3), which the protocol document does not cover.
 *
 * @param hashJackpot the 32 bytes of the ticket's hash.
 * @returns 64 hex digits; null where the rows are no pattern, which no valid proof's are.
 */
export function proofCommitment(certVersion: number, fields: CommittedFields, hashJackpot: Buffer): string | null {
  const data = publicData(fields, hashJackpot);
  if (data === null) return null;
  const version = Buffer.alloc(4);
  version.writeUInt32LE(certVersion);
  return rpcHash(sha256(sha256(Buffer.concat([version, data]))));
}

function publicData(fields: CommittedFields, hashJackpot: Buffer): Buffer | null {
  const { m, n, k, rank, rows, cols, hashA, hashB } = fields;
  const [firstRow = 0] = rows;
  const [firstCol = 0] = cols;
  const rowPattern = patternBytes(rows.map((row) => row - firstRow));
  const colPattern = patternBytes(cols.map((col) => col - firstCol));
  if (rowPattern === null || colPattern === null) return null;
  const bytes = Buffer.alloc(PUBLIC_BYTES);
  // The mining configuration (protocol section 2): the kind of multiplication and the trailer stay zero.
  bytes.writeUInt32LE(k, 0);
  bytes.writeUInt16LE(rank, 4);
  bytes.set(rowPattern, 8);
  bytes.set(colPattern, 14);
  bytes.set(hashA, 52);
  bytes.set(hashB, 84);
  bytes.set(hashJackpot, 116);
  for (const [at, value] of [m, n, firstRow, firstCol].entries()) bytes.writeUInt32LE(value, 148 + 4 * at);
  return bytes;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
