// What a `--json` document says, key by key: what the documentation and the names that `status --field` takes are made
// from, and what the tests hold real documents against.

/** `string`, `integer`, `number`, `boolean`, `object` or `array`, with `| null` where it may be unknown. */
export type ValueType = `${'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array'}${'' | ' | null'}`;

/** Dotted names; `[]` stands for each item of a list. */
export type KeyTable = Readonly<Record<string, readonly [type: ValueType, meaning: string]>>;

export interface DocumentSpec {
  /** The command line that prints it. */
  readonly command: string;
  /** One to three sentences: when it comes, how often, and with which exit codes. */
  readonly about: string;
  /** Null for a stream of lines whose format is somebody else's, or older than the number. */
  readonly schemaVersion: number | null;
  readonly keys: KeyTable;
}
