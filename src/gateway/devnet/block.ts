// The devnet's blocks: mainnet's header of 76 bytes, ids that cover header and proof, and the template of the next block.
// Pure; hashing and compact targets are the native core's.
import type { Native } from '../../native/native.ts';
import { decodeHeader, encodeHeader } from '../../protocol/header.ts';
import { nextWork, type PastBlock } from './difficulty.ts';

/** What blocks need of the core. */
export type BlockArithmetic = Pick<Native, 'blake3' | 'targetFromNbits' | 'nbitsFromTarget'>;

/** The version that block templates carry since BIP 9. */
const VERSION = 0x2000_0000;
const TWO_256 = 1n << 256n;

export interface Block {
  readonly height: number;
  readonly header: Buffer;
  /** `B3` of the serialised proof that the header was solved with. */
  readonly proofHash: Buffer;
}

/** The block that everything grows on: no header, no proof, an id of zeros. */
export const GENESIS_ID = Buffer.alloc(32);

export interface Template {
  readonly height: number;
  readonly header: Buffer;
  readonly target: bigint;
}

/** `B3(header || B3(proof))`: another proof for the same header makes another block. */
export function blockId({ blake3 }: BlockArithmetic, { header, proofHash }: Block): Buffer {
  return blake3(Buffer.concat([header, proofHash]));
}

/** The devnet's block has no transactions but its payout: `B3(height u64 || address)`. */
export function merkleRoot({ blake3 }: BlockArithmetic, height: number, address: string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(height));
  return blake3(Buffer.concat([bytes, Buffer.from(address)]));
}

/**
 * What to mine on top of `tail` (the chain's last blocks, oldest first).
 *
 * `nowSeconds` is the chain's time; a header never goes back before its parent's.
 */
export function nextTemplate(
  core: BlockArithmetic,
  tail: readonly Block[],
  address: string,
  nowSeconds: number,
): Template {
  const tip = tail.at(-1);
  const timestamp = Math.max(Math.floor(nowSeconds), tip === undefined ? 0 : decodeHeader(tip.header).timestamp);
  const height = (tip?.height ?? 0) + 1;
  const work = nextWork(
    tail.map((block) => pastBlock(core, block)),
    timestamp,
  );
  const nbits = core.nbitsFromTarget(TWO_256 / work);
  const header = encodeHeader({
    version: VERSION,
    prevBlock: tip === undefined ? GENESIS_ID : blockId(core, tip),
    merkleRoot: merkleRoot(core, height, address),
    timestamp,
    nbits,
  });
  return { height, header, target: core.targetFromNbits(nbits) };
}

function pastBlock(core: BlockArithmetic, { header }: Block): PastBlock {
  const { timestamp, nbits } = decodeHeader(header);
  const target = core.targetFromNbits(nbits);
  return { timestamp, work: TWO_256 / (target > 0n ? target : 1n) };
}
