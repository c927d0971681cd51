// The language of the tables in `state/`: what a field of a record holds, how it is checked, and the words for it. A record's
// type, its reader, its spelling in a file and its rows in the documentation all come from its table. Plain data and small
// checks by hand: `status` reads with this, and a schema library alone would cost it more than its whole work.
import { asFix, readFix } from '../../base/fix.ts';
import { amount, count, type Fields, isAmount, isCount, object, pid, text } from '../../base/json-fields.ts';

type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
/** One type, with `| null` where it may be unknown, or several. */
type ValueType = JsonType | `${JsonType} | null` | 'string | array | null' | 'string | integer | null';

/** Far more than there are configuration keys. */
const MOST_DIGESTS = 1000;
/** More than any list of texts in a record of ours has. */
const MOST_TEXTS = 50;

/**
 * What a field may hold. `read` gives a value of the type whatever it finds: zero or nothing in place of nonsense. Where a
 * record makes no sense without the field (`!`), `read` gives undefined.
 */
const KINDS = {
  count: { json: 'integer', read: count },
  'count?': { json: 'integer | null', read: (value: unknown) => (isCount(value) ? value : null) },
  amount: { json: 'number', read: amount },
  'amount?': { json: 'number | null', read: (value: unknown) => (isAmount(value) ? value : null) },
  /** A whole number beyond 2^53, as decimal text. */
  digits: { json: 'string', read: (value: unknown) => digits(value) ?? '0' },
  'digits?': { json: 'string | null', read: digits },
  text: { json: 'string', read: (value: unknown) => text(value) ?? '' },
  'text?': { json: 'string | null', read: text },
  'text!': { json: 'string', read: (value: unknown) => text(value) ?? undefined },
  /** ISO 8601, UTC. */
  'time?': { json: 'string | null', read: text },
  flag: { json: 'boolean', read: (value: unknown) => value === true },
  'pid!': { json: 'integer', read: (value: unknown) => pid(value) ?? undefined },
  'pid?': { json: 'integer | null', read: pid },
  'exitCode?': { json: 'integer | null', read: (value: unknown) => (Number.isInteger(value) ? Number(value) : null) },
  texts: { json: 'array', read: texts },
  'texts?': { json: 'array | null', read: (value: unknown) => (Array.isArray(value) ? texts(value) : null) },
  /** What to do (`base/fix.ts`); without a word where there is nothing to do. */
  fix: { json: 'object', read: (value: unknown) => readFix(value) ?? asFix('') },
  'fix?': { json: 'object | null', read: readFix },
  'digests?': { json: 'object | null', read: digests },
} as const satisfies Record<string, { json: ValueType; read: (value: unknown) => unknown }>;

type KindName = keyof typeof KINDS;
type ValueOf<K extends KindName> = Exclude<ReturnType<(typeof KINDS)[K]['read']>, undefined>;

/** A sample of the Prometheus text: the family that it belongs to, and the value of its label where the family has one. */
export interface FigureMetric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly label?: readonly [name: string, value: string];
}

interface Described {
  /** For the documentation: one sentence. */
  readonly words: string;
}

/** How a figure is shown beside its entry in a document. */
interface Shown extends Described {
  readonly metrics?: readonly FigureMetric[];
  /** The term on the page, the text around the value (`{}`), and the text in place of null. */
  readonly page?: { readonly term: string; readonly as?: string; readonly none?: string };
  /** In the line of `status` about its section: always, or only when it is not zero. */
  readonly line?: 'always' | 'if any';
}

interface Leaf extends Shown {
  readonly kind: KindName;
  /** What one of several texts is. */
  readonly each?: string;
}

/** One of some words; a record with another one cannot be read. */
interface Choice extends Shown {
  readonly oneOf: readonly string[];
}

interface TableSection extends Described {
  readonly fields: Table;
  /** May be null. */
  readonly optional?: true;
}

interface List extends Described {
  readonly items: Table;
}

export type Field = Leaf | Choice | TableSection | List;
export type Table = { readonly [name: string]: Field };

/** The type of what a field holds. */
export type FieldValue<F> = F extends { kind: infer K extends KindName }
  ? ValueOf<K>
  : F extends { oneOf: readonly (infer Word)[] }
    ? Word
    : F extends { items: infer Items }
      ? RecordOf<Items>[]
      : F extends { fields: infer Inner }
        ? F extends { optional: true }
          ? RecordOf<Inner> | null
          : RecordOf<Inner>
        : never;

/** The type of the record that a table describes. */
export type RecordOf<T> = { -readonly [Name in keyof T]: FieldValue<T[Name]> };

/** The same section where it may be null, and the same figure where it may be. */
type Optional<F> = F extends { kind: infer K extends string }
  ? Omit<F, 'kind'> & { kind: `${K}?` }
  : F & { optional: true };

/** A table whose fields may all be null. */
export function optional<T extends Table>(table: T): { [Name in keyof T]: Optional<T[Name]> } {
  const entries = Object.entries(table).map(([name, field]) => [
    name,
    'kind' in field ? { ...field, kind: `${field.kind}?` } : { ...field, optional: true },
  ]);
  return Object.fromEntries(entries);
}

/** The fields are no record of ours, or of a version that this one does not know. The message goes on after the file's name. */
export class UnreadableRecord extends Error {
  readonly kind: 'foreign' | 'other-version';

  constructor(detail: string, kind: 'foreign' | 'other-version' = 'foreign') {
    super(detail);
    this.kind = kind;
  }
}

/** Reads a record by its table, from the fields of a file. Throws `UnreadableRecord`. */
export function readRecord<T extends Table>(table: T, fields: Fields): RecordOf<T> {
  const entries = Object.entries(table).map(([name, field]) => {
    const value = readValue(field, fields[fileKey(name)]);
    if (value === undefined) throw new UnreadableRecord(`has no "${fileKey(name)}" that this version knows`);
    return [name, value];
  });
  return Object.fromEntries(entries);
}

function readValue(field: Field, value: unknown): unknown {
  if ('kind' in field) return KINDS[field.kind].read(value);
  if ('oneOf' in field) return field.oneOf.find((word) => word === value);
  if ('items' in field) return Array.isArray(value) ? value.flatMap((item) => readItem(field.items, item)) : [];
  const inner = object(value);
  return inner === null && field.optional ? null : readRecord(field.fields, inner ?? {});
}

/** An item that makes no sense is passed over. */
function readItem(table: Table, item: unknown): object[] {
  const fields = object(item);
  if (fields === null) return [];
  try {
    return [readRecord(table, fields)];
  } catch (error) {
    if (error instanceof UnreadableRecord) return [];
    throw error;
  }
}

/** The fields of a table out of something that has more. */
export function pickFields<T extends Table>(table: T, source: RecordOf<T>): RecordOf<T> {
  const values: Fields = source;
  return Object.fromEntries(Object.keys(table).map((name) => [name, values[name]])) as RecordOf<T>;
}

/** A record as its file has it: the fields of its table, in the spelling of files. */
export function fileRecord<T extends Table>(table: T, record: RecordOf<T>): Fields {
  const values: Fields = record;
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => [fileKey(name), fileValue(field, values[name])]),
  );
}

function fileValue(field: Field, value: unknown): unknown {
  if ('items' in field) return (value as Fields[]).map((item) => fileRecord(field.items, item as RecordOf<Table>));
  if ('fields' in field && value !== null) return fileRecord(field.fields, value as RecordOf<Table>);
  return value;
}

/** Files are in snake_case: `macsPerSecond10s` is `macs_per_second_10s` there. */
function fileKey(name: string): string {
  return name.replace(/[A-Z]|\d+/g, (part) => `_${part.toLowerCase()}`);
}

/** Dotted names; `[]` stands for each item of a list. */
export type KeyTable = Readonly<Record<string, readonly [type: ValueType, meaning: string]>>;

/** Every key of the record, with the JSON type and the words for it. */
export function describeKeys(table: Table, prefix = ''): KeyTable {
  const keys: Record<string, readonly [ValueType, string]> = {};
  for (const [name, field] of Object.entries(table)) {
    const key = `${prefix}${name}`;
    keys[key] = [jsonType(field), field.words];
    if ('items' in field) Object.assign(keys, describeKeys(field.items, `${key}[].`));
    if ('fields' in field) Object.assign(keys, describeKeys(field.fields, `${key}.`));
    if ('each' in field && field.each !== undefined) keys[`${key}[]`] = ['string', field.each];
  }
  return keys;
}

function jsonType(field: Field): ValueType {
  if ('kind' in field) return KINDS[field.kind].json;
  if ('items' in field) return 'array';
  if ('oneOf' in field) return 'string';
  return field.optional ? 'object | null' : 'object';
}

function digits(value: unknown): string | null {
  return typeof value === 'string' && /^\d{1,40}$/.test(value) ? value : null;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').slice(-MOST_TEXTS) : [];
}

function digests(value: unknown): Record<string, string> | null {
  const fields = object(value);
  if (fields === null) return null;
  const found = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(found.slice(0, MOST_DIGESTS));
}
