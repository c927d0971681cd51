// JSON text with exact numbers. `JSON.parse` turns the protocol's 256-bit integers into doubles, and the lossless
// parsers on the registry walk strings character by character (65 ms for a 1 MiB line, all of it on the event loop),
// so this one keeps each number's own text, takes strings whole, and bounds the nesting.

/** A JSON number exactly as it was written: `18446744073709551616`, `1.50` and `1e400` survive a round trip. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type JsonValue = null | boolean | string | number | bigint | ExactNumber | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

/** Deeper documents are refused, so that no input can exhaust the stack; the protocol's own are three deep. */
export const MAX_DEPTH = 64;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
const CONTROL = /[\u0000-\u001f]/;
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/**
 * Parses one JSON document (RFC 8259); of duplicate keys the last wins, as everywhere.
 *
 * Numbers come back as `ExactNumber`, objects without a prototype. Throws `SyntaxError` for anything else.
 */
export function parseJson(text: string): JsonValue {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** The document's text, without white space; numbers as they came, a bigint as its decimal digits. */
export function stringifyJson(value: JsonValue): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stringifyJson).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${stringifyJson(member)}`)
    .join(',')}}`;
}

/** True for a JSON object: not null, not an array, not a number. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === '"') return this.#string();
    if (character === '{' || character === '[') {
      if (depth >= MAX_DEPTH) throw this.#unexpected(`more than ${MAX_DEPTH} levels`);
      return character === '{' ? this.#object(depth + 1) : this.#array(depth + 1);
    }
    for (const [word, meaning] of LITERALS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return meaning;
      }
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text)?.[0];
    if (number === undefined) throw this.#unexpected('a value expected');
    this.#at += number.length;
    return new ExactNumber(number);
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('the end expected');
  }

  #object(depth: number): JsonObject {
    const members: JsonObject = Object.create(null);
    this.#at += 1;
    this.#skipSpace();
    if (this.#take('}')) return members;
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in quotes expected');
      const key = this.#string();
      this.#skipSpace();
      if (!this.#take(':')) throw this.#unexpected('":" expected');
      members[key] = this.value(depth);
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#unexpected('"," or "}" expected');
    return members;
  }

  #array(depth: number): JsonValue[] {
    const elements: JsonValue[] = [];
    this.#at += 1;
    this.#skipSpace();
    if (this.#take(']')) return elements;
    do {
      elements.push(this.value(depth));
      this.#skipSpace();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected('"," or "]" expected');
    return elements;
  }

  /** A string, taken whole: the built-in parser sees it only where it has escapes. */
  #string(): string {
    const start = this.#at;
    let close = start;
    do {
      close = this.#text.indexOf('"', close + 1);
      if (close < 0) throw this.#unexpected('a string without an end');
    } while (this.#isEscaped(close, start));
    this.#at = close + 1;
    const body = this.#text.slice(start + 1, close);
    if (!body.includes('\\')) {
      if (CONTROL.test(body)) throw this.#unexpected('a control character in a string');
      return body;
    }
    return JSON.parse(`"${body}"`) as string;
  }

  #isEscaped(at: number, start: number): boolean {
    let backslashes = 0;
    while (at - 1 - backslashes > start && this.#text[at - 1 - backslashes] === '\\') backslashes += 1;
    return backslashes % 2 === 1;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    WHITE_SPACE.lastIndex = this.#at;
    this.#at += WHITE_SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  #unexpected(what: string): SyntaxError {
    return new SyntaxError(`${what} at character ${this.#at}`);
  }
}
