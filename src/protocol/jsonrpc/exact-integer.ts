// Exact integers out of JSON numbers: what the wire calls an integer, as a bigint, within bounds.
import { ExactNumber, type JsonValue } from './lossless-json.ts';

/** Longer texts are no 256-bit integer in any spelling, and turning them into a bigint would take long. */
const MAX_TEXT = 200;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** 2^256 - 1, the largest target. */
export const MAX_U256 = (1n << 256n) - 1n;

/**
 * The integer that a JSON number stands for, or null when it is no number, not integral or implausibly large.
 *
 * `6.9e+69` is integral and passes, as it does in the reference gateway.
 */
export function exactInteger(value: JsonValue | undefined): bigint | null {
  if (!(value instanceof ExactNumber) || value.text.length > MAX_TEXT) return null;
  const parts = PARTS.exec(value.text);
  if (parts === null) return null;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = parts;
  const exponent = Number(exponentText) - fraction.length;
  if (Math.abs(exponent) > MAX_TEXT) return null;
  let magnitude = BigInt(whole + fraction);
  if (exponent >= 0) {
    magnitude *= 10n ** BigInt(exponent);
  } else {
    const divisor = 10n ** BigInt(-exponent);
    if (magnitude % divisor !== 0n) return null;
    magnitude /= divisor;
  }
  return sign === '-' ? -magnitude : magnitude;
}

/** The integer as a number, or null when it is none or lies outside `minimum..maximum`. */
export function smallInteger(value: JsonValue | undefined, minimum: number, maximum: number): number | null {
  const integer = exactInteger(value);
  return integer === null || integer < BigInt(minimum) || integer > BigInt(maximum) ? null : Number(integer);
}
