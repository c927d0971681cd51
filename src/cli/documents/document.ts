// What a `--json` document says, key by key: what the documentation and the names that `status --field` takes are made
// from, and what the tests hold real documents against.

type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
/** One type, with `| null` where it may be unknown, or several. */
export type ValueType = JsonType | `${JsonType} | null` | 'string | array | null' | 'string | integer | null';

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

/** What every document starts with that has a version. */
export const VERSIONED: KeyTable = { schemaVersion: ['integer', 'The version of this document.'] };
