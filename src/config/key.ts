// What the table says about a key of the configuration, and how it is written there.
import type { ValueKind } from './values.ts';

interface KeyFacts<Default> {
  /** As one would write it; null where there is none, and then `whenUnset` says what happens. */
  default: Default;
  whenUnset?: string;
  doc: string;
  example: string;
  /** Its value is never shown in messages or by `config show`. */
  secret?: boolean;
}

/** A key of one value; unset without a default, it reads as null. */
export interface SingleKey<T, Default extends string | null> extends KeyFacts<Default> {
  list: false;
  kind: ValueKind<T>;
}

/** A key written `name[]`, one line for each value, in order. */
export interface ListKey<T> extends KeyFacts<null> {
  list: true;
  kind: ValueKind<T>;
}

export type Key = SingleKey<unknown, string | null> | ListKey<unknown>;

export interface Section {
  doc: string;
  keys: Record<string, Key>;
}

export function key<T, const Default extends string | null>(
  kind: ValueKind<T>,
  facts: KeyFacts<Default>,
): SingleKey<T, Default> {
  return { list: false, kind, ...facts };
}

export function list<T>(kind: ValueKind<T>, facts: KeyFacts<null>): ListKey<T> {
  return { list: true, kind, ...facts };
}
