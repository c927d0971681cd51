// The kinds of value that a configuration key can have: each reads the text of one value into a typed one, and says in words
// what it takes. Error messages and the reference of all keys are made from those words.
import { isTimeZone, readSchedule } from './schedule.ts';

/** How the text of a value is read, and what it must be: "must be ${what}". */
export interface ValueKind<T, Unit extends string = string> {
  /** Undefined for a text that is not of the kind. */
  read(text: string): T | undefined;
  what: string;
  /** What the name of a member with such a value ends with: `Ms`, `Bytes`, or nothing. */
  unit: Unit;
  /** Words to choose from, which a shell's completion offers; the kind may take other texts as well. */
  choices: readonly string[];
  /** What is wrong with a text that is not of the kind, behind the key's name; null where `what` says it all. */
  why?(text: string): string | null;
  /** The text of the kind that was probably meant; null where that would be a guess. */
  meant?(text: string): string | null;
}

/** A kind without a unit. `choices` are texts that `read` takes. */
export function valueKind<T>(
  what: string,
  read: (text: string) => T | undefined,
  choices: readonly string[] = [],
): ValueKind<T, ''> {
  return { read, what, unit: '', choices };
}

/** One of a few words. */
export function oneOf<const Words extends readonly string[]>(words: Words): ValueKind<Words[number], ''> {
  return valueKind<Words[number]>(words.join(' | '), (value) => words.find((word) => word === value), words);
}

/** A switch. */
export const onOff = valueKind('on | off', (value) => (value === 'on' ? true : value === 'off' ? false : undefined), [
  'on',
  'off',
]);

/** A text of at most `longest` characters, not empty unless allowed, that matches `pattern` where there is one. */
export function textValue(
  what: string,
  {
    longest = 255,
    mayBeEmpty = false,
    pattern = /^/,
  }: { longest?: number; mayBeEmpty?: boolean; pattern?: RegExp } = {},
): ValueKind<string, ''> {
  return valueKind(what, (value) =>
    value.length <= longest && (mayBeEmpty || value !== '') && pattern.test(value) ? value : undefined,
  );
}

/** What a pool lists a machine as. */
export const workerName = textValue('1 to 64 letters, digits, dots, dashes or underscores', {
  pattern: /^[A-Za-z0-9._-]{1,64}$/,
});

/** A whole number in decimal, from `least` to `most`. */
export function wholeNumber(least: number, most: number): ValueKind<number, ''> {
  return valueKind(`a whole number from ${least} to ${most}`, (value) => wholeNumberIn(value, least, most));
}

function wholeNumberIn(value: string, least: number, most: number): number | undefined {
  if (!/^\d{1,15}$/.test(value)) return undefined;
  const number = Number(value);
  return number >= least && number <= most ? number : undefined;
}

/** A port; 0 takes a free one. */
export const port = valueKind('a port from 0 (any free one) to 65535', (value) => wholeNumberIn(value, 0, 65535));

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const BYTES = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `500ms`, `1s`, `10m`, `2h`, `7d` in milliseconds; a bare number has no unit and is refused. */
function readDuration(value: string): number | undefined {
  return readMeasure(value, MILLISECONDS);
}

/** A number of bytes with a binary unit, as systemd writes them: `512M` is 512 MiB. */
export function readSize(value: string): number | undefined {
  return readMeasure(value, BYTES);
}

function readMeasure(value: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})([a-zA-Z]+)$/.exec(value) ?? [];
  const scale = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
}

/** A duration with its unit, in milliseconds. */
export function duration(least: string, most: string): ValueKind<number, 'Ms'> {
  const read = between(readDuration, least, most);
  return { ...valueKind(`a duration from ${least} to ${most}, such as 500ms, 1s or 10m`, read), unit: 'Ms' };
}

/** A size from `least` to `most`, in bytes. */
export function size(least: string, most: string): ValueKind<number, 'Bytes'> {
  const read = between(readSize, least, most);
  return { ...valueKind(`a size from ${least} to ${most}, such as 512M or 2G`, read), unit: 'Bytes' };
}

function between(read: (text: string) => number | undefined, least: string, most: string) {
  const [from = Infinity, to = -Infinity] = [read(least), read(most)];
  return (text: string): number | undefined => {
    const value = read(text);
    return value !== undefined && value >= from && value <= to ? value : undefined;
  };
}

/** Either a word with a meaning of its own, such as `auto`, or a value of the kind. */
export function wordOr<const Word extends string, const Meaning, T, Unit extends string>(
  word: Word,
  meaning: Meaning,
  kind: ValueKind<T, Unit>,
): ValueKind<Meaning | T, Unit> {
  return {
    read: (value) => (value === word ? meaning : kind.read(value)),
    what: `${word}, or ${kind.what}`,
    unit: kind.unit,
    choices: [word, ...kind.choices],
    ...(kind.why === undefined ? {} : { why: kind.why }),
  };
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

/** A share of a whole, in percent: `25%`. */
export function percentage(least: number): ValueKind<number, 'Percent'> {
  const read = (value: string) => (value.endsWith('%') ? wholeNumberIn(value.slice(0, -1), least, 100) : undefined);
  return { ...valueKind(`a share from ${least}% to 100%`, read), unit: 'Percent' };
}

/** An amount of money, without its currency. */
export const price = valueKind('an amount from 0 to 1000, such as 0.32', (value) => {
  const amount = /^\d{1,4}(\.\d{1,6})?$/.test(value) ? Number(value) : undefined;
  return amount !== undefined && amount <= 1000 ? amount : undefined;
});

export const schedule = valueKind('times of the week, such as mon-fri 22:00-07:00, sat-sun', readSchedule);

export const timeZone = valueKind('a time zone, such as Europe/Berlin', (value) =>
  isTimeZone(value) ? value : undefined,
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

/** A file's absolute path; the home folder that `~/` stands for is put in when the whole file is read. */
export const filePath = textValue('an absolute path, or one that begins with ~/', {
  longest: 4096,
  pattern: /^(\/|~\/)./,
});

/** The name of an environment variable. Never its value: secrets do not belong in this file. */
export const variableName = textValue('the name of an environment variable', { pattern: /^[A-Za-z_][A-Za-z0-9_]*$/ });
