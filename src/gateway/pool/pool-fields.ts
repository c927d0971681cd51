// Reading single values out of parsed JSON whose numbers still have all their digits.
import { ExactNumber } from '../../protocol/jsonrpc/lossless-json.ts';
import type { JobId } from './login/login.ts';

/** The members of a JSON object; null for any other value. */
export function asFields(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof ExactNumber) return null;
  return value as Readonly<Record<string, unknown>>;
}

/** The text of a JSON number, or null for anything else. */
export function asNumberText(value: unknown): string | null {
  return value instanceof ExactNumber ? value.text : null;
}

/** An id that can be sent back: a string of sane length or any number. */
export function asId(value: unknown): JobId | null {
  if (typeof value === 'string') return value.length > 0 && value.length <= 256 ? value : null;
  const digits = asNumberText(value);
  return digits !== null && digits.length <= 64 ? (value as ExactNumber) : null;
}

/** A non-negative integer that a JavaScript number holds, written as a number or as its digits. */
export function asCounter(value: unknown): number | null {
  const text = asNumberText(value) ?? value;
  if (typeof text !== 'string' || !/^\d{1,16}$/.test(text)) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/** Exactly `digits` hex digits, with or without `0x`; null for anything else. */
export function asHex(value: unknown, digits: number): string | null {
  if (typeof value !== 'string' || value.length > digits + 2) return null;
  const hex = value.replace(/^0x/i, '');
  return hex.length === digits && /^[0-9a-f]+$/i.test(hex) ? hex : null;
}

/** One to `digits` hex digits, with or without `0x`, padded on the left; null for anything else. */
export function asHexUpTo(value: unknown, digits: number): string | null {
  if (typeof value !== 'string' || value.length > digits + 2) return null;
  const hex = value.replace(/^0x/i, '');
  return hex === '' ? null : asHex(hex.padStart(digits, '0'), digits);
}
