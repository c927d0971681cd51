// Targets as pools compare them: in Bitcoin's compact form, which keeps 15 to 23 bits of precision.

/**
 * The largest compact value that is not above `target` (protocol section 10: pools compare in compact form).
 *
 * Compact is a 23-bit mantissa times a power of 256: a leading byte above 0x7f would be a sign, so it moves the
 * exponent up by one and leaves two bytes of precision.
 */
export function floorToCompact(target: bigint): bigint {
  if (target < 0n || target >> 256n !== 0n) throw new RangeError('A target has 256 bits.');
  const bytes = Math.ceil(target.toString(2).length / 8);
  const significant = target.toString(2).length % 8 === 0 ? 2 : 3;
  if (bytes <= significant) return target;
  const shift = BigInt(8 * (bytes - significant));
  return (target >> shift) << shift;
}
