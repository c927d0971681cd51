// How large a proof of a shape can get (protocol section 8), so that a shape whose proofs cannot be delivered is refused
// before it is mined.

/** Leaves of the BLAKE3 tree are chunks of this many bytes. */
const CHUNK_BYTES = 1024;
/** Lengths and integers of a serialised proof are u64; hashes have 32 bytes. */
const U64_BYTES = 8;
const HASH_BYTES = 32;

/** What of a shape the size of its proofs hangs on. */
interface ProofDimensions {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

/**
 * An upper bound of the base64 characters of any proof of a shape.
 *
 * Leaves are counted for the worst alignment of the tile, siblings at two a level for each run of leaves that are
 * neighbours, which no walk exceeds.
 */
export function proofCharactersAtMost({ m, n, k, rows, cols }: ProofDimensions): number {
  const bytes = 4 * U64_BYTES + 1 + openingBytes(rows, m, k) + openingBytes(cols, n, k);
  return Math.ceil(bytes / 3) * 4;
}

function openingBytes(indices: readonly number[], matrixRows: number, k: number): number {
  const totalLeaves = Math.ceil((matrixRows * k) / CHUNK_BYTES);
  const depth = Math.ceil(Math.log2(totalLeaves));
  const { leaves, runs } = worstLeaves(indices, k);
  const lengthsAndRoot = 5 * U64_BYTES + HASH_BYTES;
  return (
    lengthsAndRoot +
    leaves * (U64_BYTES + CHUNK_BYTES + U64_BYTES) +
    2 * runs * depth * HASH_BYTES +
    indices.length * U64_BYTES
  );
}

/** The most chunks that the rows touch, and the most runs of them, over all alignments of a row to a chunk. */
function worstLeaves(indices: readonly number[], k: number): { leaves: number; runs: number } {
  const worst = { leaves: 0, runs: 0 };
  // k is a multiple of 64, so that the alignment repeats after 1024 / 64 rows.
  for (let shift = 0; shift < CHUNK_BYTES / 64; shift += 1) {
    let leaves = 0;
    let runs = 0;
    let last = -2;
    for (const index of indices) {
      const start = (index + shift) * k;
      const first = Math.max(Math.floor(start / CHUNK_BYTES), last + 1);
      const end = Math.floor((start + k - 1) / CHUNK_BYTES);
      if (first > last + 1) runs += 1;
      leaves += end - first + 1;
      last = end;
    }
    worst.leaves = Math.max(worst.leaves, leaves);
    worst.runs = Math.max(worst.runs, runs);
  }
  return worst;
}
