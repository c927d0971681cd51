// What a `--json` document says, key by key: docs/json-reference.md is made from it, and tests hold real documents against it.
import type { KeyTable } from '../../src/state/table/field.ts';

export type { KeyTable };

export interface DocumentSpec {
  /** The command line that prints it. */
  readonly command: string;
  /** One to three sentences: when it comes, how often, and with which exit codes. */
  readonly about: string;
  /** Null for a stream of lines whose format another project owns, or older than the number. */
  readonly schemaVersion: number | null;
  readonly keys: KeyTable;
}

/** What every document starts with that has a version. */
export const VERSIONED: KeyTable = { schemaVersion: ['integer', 'The version of this document.'] };
