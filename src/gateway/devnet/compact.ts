// Targets in the header's compact form (`nbits`, protocol section 7), and the work they stand for.

const TWO_256 = 1n << 256n;

/** The compact form of the largest target that is not above this one and has one. */
export function nbitsFromTarget(target: bigint): number {
  let bytes = 0;
  for (let rest = target; rest > 0n; rest >>= 8n) bytes += 1;
  let mantissa = bytes <= 3 ? Number(target << BigInt(8 * (3 - bytes))) : Number(target >> BigInt(8 * (bytes - 3)));
  // Bit 23 is the sign: a mantissa that would set it moves one byte down.
  if (mantissa >= 0x80_0000) {
    mantissa >>= 8;
    bytes += 1;
  }
  return bytes * 0x100_0000 + mantissa;
}

/** The target of a compact form that `nbitsFromTarget` made; the general rule is the native core's. */
export function targetFromCompact(nbits: number): bigint {
  const bytes = Math.floor(nbits / 0x100_0000);
  const mantissa = BigInt(nbits % 0x100_0000);
  return bytes <= 3 ? mantissa >> BigInt(8 * (3 - bytes)) : mantissa << BigInt(8 * (bytes - 3));
}

/** Expected multiply-accumulates for a win at this target (protocol section 7: `2^256 / target`, at rank 128). */
export function workOfTarget(target: bigint): bigint {
  return TWO_256 / target;
}

export function targetOfWork(work: bigint): bigint {
  return TWO_256 / work;
}
