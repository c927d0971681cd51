// The kinds of value that a configuration key can have: each reads the text of one value into a typed one, with valibot, and
// says in words what it takes. Error messages and the reference of all keys are made from those words.
import * as v from 'valibot';

/** How the text of a value is read, and what it must be: "must be ${what}". */
export interface ValueKind<T> {
  schema: v.GenericSchema<string, T>;
  what: string;
  /** Words to choose from, which a shell's completion offers; other texts of the kind may do as well. */
  choices: readonly string[];
}

/** A kind from a function that returns undefined for a text that is not of the kind; `choices` are texts that are. */
export function valueKind<T>(
  what: string,
  read: (text: string) => T | undefined,
  choices: readonly string[] = [],
): ValueKind<T> {
  const schema = v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value);
      if (value !== undefined) return value;
      addIssue({ message: what });
      return NEVER;
    }),
  );
  return { schema, what, choices };
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words): ValueKind<Words[number]> {
  return { schema: v.picklist(words), what: words.join(' | '), choices: words };
}

/** A text of at most `longest` characters, not empty unless allowed, that matches `pattern` where there is one. */
export function text(
  what: string,
  {
    longest = 255,
    mayBeEmpty = false,
    pattern = /^/,
  }: { longest?: number; mayBeEmpty?: boolean; pattern?: RegExp } = {},
): ValueKind<string> {
  return valueKind(what, (value) =>
    value.length <= longest && (mayBeEmpty || value !== '') && pattern.test(value) ? value : undefined,
  );
}

/** A whole number in decimal, from `least` to `most`. */
export function wholeNumber(least: number, most: number): ValueKind<number> {
  return valueKind(`a whole number from ${least} to ${most}`, (value) => wholeNumberIn(value, least, most));
}

function wholeNumberIn(value: string, least: number, most: number): number | undefined {
  if (!/^\d{1,15}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= least && number <= most ? number : undefined;
}

/** A port; 0 takes a free one. */
export const port = valueKind('a port from 0 (any free one) to 65535', (value) => wholeNumberIn(value, 0, 65535));

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration with its unit, in milliseconds. */
export function duration(least: string, most: string): ValueKind<number> {
  const range = { least: readDuration(least) ?? 0, most: readDuration(most) ?? 0 };
  return valueKind(`a duration from ${least} to ${most}, such as 500ms, 1s or 10m`, (value) => {
    const milliseconds = readDuration(value);
    return milliseconds !== undefined && milliseconds >= range.least && milliseconds <= range.most
      ? milliseconds
      : undefined;
  });
}

/** `500ms`, `1s`, `10m`, `2h`, `7d` in milliseconds; a bare number has no unit and is refused. */
export function readDuration(value: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(value) ?? [];
  const scale = MILLISECONDS[unit ?? ''];
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
}

const BYTES: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** A number of bytes with a binary unit, as systemd writes them: `512M` is 512 MiB. */
export function readSize(value: string): number | undefined {
  const [, digits, unit] = /^(\d{1,9})([KMGT])$/.exec(value) ?? [];
  const scale = BYTES[unit ?? ''];
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
}

/** A size from `least` to `most`, in bytes. */
export function size(least: string, most: string): ValueKind<number> {
  const range = { least: readSize(least) ?? 0, most: readSize(most) ?? 0 };
  return valueKind(`a size from ${least} to ${most}, such as 512M or 2G`, (value) => {
    const bytes = readSize(value);
    return bytes !== undefined && bytes >= range.least && bytes <= range.most ? bytes : undefined;
  });
}

/** Either a word with a meaning of its own, such as `auto`, or a value of the kind. */
export function wordOr<const Word extends string, const Meaning, T>(
  word: Word,
  meaning: Meaning,
  kind: ValueKind<T>,
): ValueKind<Meaning | T> {
  const read = (value: string) => {
    if (value === word) return meaning;
    const result = v.safeParse(kind.schema, value);
    return result.success ? result.output : undefined;
  };
  return valueKind<Meaning | T>(`${word}, or ${kind.what}`, read, [word, ...kind.choices]);
}

/** How many threads: a number, a share of the machine, or what `auto` finds. */
export type Threads = { kind: 'auto' } | { kind: 'count'; count: number } | { kind: 'percent'; percent: number };

export const threads = valueKind<Threads>(
  'auto, a number from 1 to 1024, or a share from 1% to 100%',
  (value) => {
    if (value === 'auto') return { kind: 'auto' };
    const percent = value.endsWith('%') ? wholeNumberIn(value.slice(0, -1), 1, 100) : undefined;
    if (percent !== undefined) return { kind: 'percent', percent };
    const count = wholeNumberIn(value, 1, 1024);
    return count === undefined ? undefined : { kind: 'count', count };
  },
  ['auto', '25%', '50%', '75%', '100%'],
);

/** At most `count` restarts within `windowMs`. */
export interface RestartLimit {
  count: number;
  windowMs: number;
}

export const restartLimit = valueKind<RestartLimit>('a number of restarts in a time, such as 10 in 10m', (value) => {
  const [, count, window] = /^(\d{1,6})\s+in\s+(\S+)$/.exec(value) ?? [];
  const windowMs = readDuration(window ?? '');
  if (count === undefined || windowMs === undefined || windowMs < 1000 || windowMs > 86_400_000) return undefined;
  return Number(count) >= 1 ? { count: Number(count), windowMs } : undefined;
});

/** A tile's rows or columns: ascending indices with commas between them, at most 256 as a tile has no more. */
export const indexList = valueKind<number[]>('indices from 0 with commas between them, such as 0,8,64,72', (value) => {
  const parts = value.split(',').map((part) => wholeNumberIn(part.trim(), 0, 2 ** 24));
  const indices = parts.filter((part) => part !== undefined);
  return indices.length === parts.length && parts.length <= 256 ? indices : undefined;
});

/** A loopback address: what a gateway of ours listens on, and nothing else can reach. */
export const loopbackHost = valueKind(
  'a loopback address: 127.0.0.1, ::1 or localhost',
  (value) => {
    if (value === 'localhost' || value === '::1') return value;
    if (value === '[::1]') return '::1';
    const parts = value.split('.').map((part) => wholeNumberIn(part, 0, 255));
    return parts.length === 4 && parts[0] === 127 && !parts.includes(undefined) ? value : undefined;
  },
  // A colon is a mark of its own to a shell's completion.
  ['127.0.0.1', 'localhost'],
);

/** A file's absolute path; `~/` stands for the home folder and is kept until the configuration is put together. */
export const filePath = text('an absolute path, or one that begins with ~/', {
  longest: 4096,
  pattern: /^(\/|~\/)./,
});

/** The name of an environment variable. Never its value: secrets do not belong in this file. */
export const variableName = text('the name of an environment variable', { pattern: /^[A-Za-z_][A-Za-z0-9_]*$/ });
