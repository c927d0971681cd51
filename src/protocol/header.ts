// The incomplete block header that jobs carry (protocol section 2): 76 bytes, little-endian.

/** `version u32 | prev_block[32] | merkle_root[32] | timestamp u32 | nbits u32`. */
export const HEADER_BYTES = 76;

export interface Header {
  readonly version: number;
  /** Both hashes in wire order. */
  readonly prevBlock: Buffer;
  readonly merkleRoot: Buffer;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly nbits: number;
}

export function encodeHeader({ version, prevBlock, merkleRoot, timestamp, nbits }: Header): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.writeUInt32LE(version, 0);
  prevBlock.copy(bytes, 4);
  merkleRoot.copy(bytes, 36);
  bytes.writeUInt32LE(timestamp, 68);
  bytes.writeUInt32LE(nbits, 72);
  return bytes;
}

/** A hash of the header as RPC prints it: 64 hex digits, its bytes reversed (protocol section 2). */
export function rpcHash(bytes: Buffer): string {
  return Buffer.from(bytes).reverse().toString('hex');
}

/** The fields of 76 bytes. */
export function decodeHeader(bytes: Buffer): Header {
  return {
    version: bytes.readUInt32LE(0),
    prevBlock: bytes.subarray(4, 36),
    merkleRoot: bytes.subarray(36, 68),
    timestamp: bytes.readUInt32LE(68),
    nbits: bytes.readUInt32LE(72),
  };
}
