// A block as 128 bytes in the chain's file, and the end of such a file read back: whatever a crash left there, the result is
// a chain whose blocks really follow each other. Pure.
import { decodeHeader, HEADER_BYTES } from '../../protocol/header.ts';
import { type Block, type BlockArithmetic, blockId } from './block.ts';

/** `height u64 | header[76] | proof_hash[32] | first 12 bytes of B3 of all that`. */
export const RECORD_BYTES = 128;
const CHECKED_BYTES = 116;

export function encodeRecord({ blake3 }: BlockArithmetic, { height, header, proofHash }: Block): Buffer {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeBigUInt64LE(BigInt(height), 0);
  header.copy(record, 8);
  proofHash.copy(record, 8 + HEADER_BYTES);
  blake3(record.subarray(0, CHECKED_BYTES)).copy(record, CHECKED_BYTES, 0, RECORD_BYTES - CHECKED_BYTES);
  return record;
}

/** The block, or null when the record was not written whole. */
function decodeRecord({ blake3 }: BlockArithmetic, record: Buffer): Block | null {
  const check = blake3(record.subarray(0, CHECKED_BYTES)).subarray(0, RECORD_BYTES - CHECKED_BYTES);
  if (!check.equals(record.subarray(CHECKED_BYTES))) return null;
  const height = record.readBigUInt64LE(0);
  if (height < 1n || height > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return {
    height: Number(height),
    header: Buffer.from(record.subarray(8, 8 + HEADER_BYTES)),
    proofHash: Buffer.from(record.subarray(8 + HEADER_BYTES, CHECKED_BYTES)),
  };
}

export interface Tail {
  /** Blocks that follow each other, oldest first, the tip last. */
  readonly blocks: Block[];
  /** Whole records that `bytes` holds up to the tip; what lies behind is torn and to be overwritten. */
  readonly records: number;
}

/** Reads the end of a chain's file: at most `limit` blocks before the last record that is whole. */
export function readTail(core: BlockArithmetic, bytes: Buffer, limit: number): Tail {
  let records = Math.floor(bytes.length / RECORD_BYTES);
  while (records > 0 && blockAt(core, bytes, records - 1) === null) records -= 1;
  const blocks: Block[] = [];
  for (let index = records - 1; index >= 0 && blocks.length < limit; index -= 1) {
    const block = blockAt(core, bytes, index);
    const [next] = blocks;
    if (block === null || (next !== undefined && !follows(core, block, next))) break;
    blocks.unshift(block);
  }
  return { blocks, records };
}

function blockAt(core: BlockArithmetic, bytes: Buffer, index: number): Block | null {
  return decodeRecord(core, bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES));
}

function follows(core: BlockArithmetic, parent: Block, block: Block): boolean {
  return block.height === parent.height + 1 && decodeHeader(block.header).prevBlock.equals(blockId(core, parent));
}
