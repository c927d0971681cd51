// The protocol's arithmetic that the pool needs, done by the native core: one place where targets are computed.
import { native } from '../../native/native.ts';
import type { Shape } from '../../protocol/shapes.ts';

export interface TargetRules {
  /** Pools compare targets in compact form: the largest compact value that is not above `target`. */
  roundDown(target: bigint): bigint;
  /** True when the bound of this target overflows for the configured shape, so that it says nothing (section 7). */
  everyTileWins(target: bigint): boolean;
  /** The network's target, from the header's `nbits`. */
  networkTarget(header: Buffer): bigint;
}

/** The rules for a configured shape. Throws SHAPE_INVALID for one whose index lists are no patterns. */
export function nativeRules(shape: Shape): TargetRules {
  const core = native();
  const h = core.patternFromIndices(shape.rows).size;
  const w = core.patternFromIndices(shape.cols).size;
  return {
    roundDown: (target) => core.targetFromNbits(core.nbitsFromTarget(target)),
    everyTileWins: (target) => core.bound(target, { h, w, k: shape.k, rank: shape.rank }, true).overflows,
    networkTarget: (header) => core.targetFromNbits(header.readUInt32LE(72)),
  };
}
