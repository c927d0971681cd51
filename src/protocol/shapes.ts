// Shapes of work: presets, tiles, and the constraints that a proof must meet (protocol sections 2 and 8). All of it is
// decided here in TypeScript, so that a bad shape ends the program with 78 before the addon is loaded.
import { PearlError } from '../base/errors.ts';
import { type Network, networkFacts } from './networks.ts';
import { patternOf } from './patterns.ts';
import { proofCharactersAtMost } from './proof-size.ts';

/** Sizes of the two matrices (A is m x k, B is k x n), the noise rank, and the indices of one tile's rows and columns. */
export interface Shape {
  m: number;
  n: number;
  k: number;
  rank: number;
  rows: number[];
  cols: number[];
}

const contiguous = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The tiles that have a name; any other legal tile is given by its index lists. */
export type TileName = '16x16' | '8x16' | 'reference';

export const TILES: Record<TileName, { rows: number[]; cols: number[] }> = {
  '16x16': { rows: contiguous(16), cols: contiguous(16) },
  '8x16': { rows: contiguous(8), cols: contiguous(16) },
  reference: { rows: [0, 8, 64, 72], cols: [0, 1, 8, 9, 32, 33, 40, 41] },
};

/** The shapes that have a name (protocol sections 10 and 11). */
export type PresetName = 'light' | 'large' | 'pool' | 'test';

export const PRESETS: Record<PresetName, Shape> = {
  light: { m: 16384, n: 12288, k: 2048, rank: 128, ...TILES['16x16'] },
  large: { m: 131072, n: 12288, k: 4096, rank: 128, ...TILES['16x16'] },
  pool: { m: 131072, n: 131072, k: 4096, rank: 128, ...TILES['8x16'] },
  test: { m: 256, n: 128, k: 1024, rank: 32, ...TILES.reference },
};

/** The reference gateway's line, less room for the request around the proof (protocol section 9). */
const GATEWAY_PROOF_CHARACTERS = 2 ** 20 - 4096;
/** The strictest pool's limit on the base64 proof (protocol section 10). */
const POOL_PROOF_CHARACTERS = 600_000;

/**
 * Checks that work of `shape` can be mined, proved and delivered on `network`.
 *
 * @param kind the gateway's kind; `pool` has the tighter limit on the size of a proof.
 * @throws PearlError SHAPE_INVALID, whose message names the broken rule.
 */
export function checkShape(shape: Shape, network: Network, kind?: 'devnet' | 'pool' | 'external' | 'attached'): void {
  const problem = problemOf(shape, network) ?? oversize(shape, kind);
  if (problem !== null) {
    throw new PearlError('SHAPE_INVALID', `This shape cannot be mined: ${problem}.`, { hint: hintFor(network) });
  }
}

function hintFor(network: Network): string {
  const presets = networkFacts(network).allowsSmallRank ? 'light, large, pool or test' : 'light, large or pool';
  return `Use [shape] preset = ${presets}.`;
}

function problemOf({ m, n, k, rank, rows, cols }: Shape, network: Network): string | null {
  for (const [name, value] of Object.entries({ m, n, k, rank })) {
    if (!Number.isSafeInteger(value) || value < 1) return `${name} must be a whole number above 0`;
  }
  if (rank < 32 || rank > 1024 || !Number.isInteger(Math.log2(rank))) {
    return `rank must be a power of two from 32 to 1024, not ${rank}`;
  }
  if (rank < 128 && !networkFacts(network).allowsSmallRank) {
    return `rank must be at least 128 on ${network} (the rank penalty), not ${rank}`;
  }
  if (k % 64 !== 0 || k < 1024 || k > 65536) return `k must be a multiple of 64 from 1024 to 65536, not ${k}`;
  if (k < 16 * rank || k > 4 * rank * rank) {
    return `k must lie between 16 x rank and 4 x rank^2 (${16 * rank} to ${4 * rank * rank}), not ${k}`;
  }
  const rowPattern = patternOf(rows);
  if (typeof rowPattern === 'string') return `the row indices ${rowPattern}`;
  const colPattern = patternOf(cols);
  if (typeof colPattern === 'string') return `the column indices ${colPattern}`;
  const h = rowPattern.size;
  const w = colPattern.size;
  if (h % 2 !== 0 || w % 2 !== 0) return `a tile needs an even number of rows and of columns, not ${h}x${w}`;
  if (h * w < 32 || h * w > 256) return `a tile has 32 to 256 entries, not ${h}x${w} = ${h * w}`;
  if (m > 2 ** 24 || n > 2 ** 24) return 'm and n must be at most 2^24 = 16777216';
  if (m <= rowPattern.max) return `m must be above the largest row index ${rowPattern.max}, not ${m}`;
  if (n <= colPattern.max) return `n must be above the largest column index ${colPattern.max}, not ${n}`;
  const opened = (h + w) * (k - (k % rank));
  return opened > 2 ** 22 ? `(rows + columns) x k must be at most 2^22 = 4194304, not ${opened}` : null;
}

function oversize(shape: Shape, kind: string | undefined): string | null {
  const limit = kind === 'pool' ? POOL_PROOF_CHARACTERS : GATEWAY_PROOF_CHARACTERS;
  const characters = proofCharactersAtMost(shape);
  if (characters <= limit) return null;
  const who = kind === 'pool' ? 'pools take' : 'a gateway takes';
  return `its proof can have ${characters} characters and ${who} at most ${limit}; choose a smaller k or tile`;
}
