// Narrow readers for fields of parsed JSON: each gives a value of its type, whatever was there.

export type Fields = Record<string, unknown>;

/** The value of a JSON text; null also for a text that is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function object(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function count(value: unknown): number {
  return isCount(value) ? value : 0;
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

export function amount(value: unknown): number {
  return isAmount(value) ? value : 0;
}

/** A process number. 1 is possible: a supervisor may be the first process of a container. */
export function pid(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;
}
