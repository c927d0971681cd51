// One row of the key table: how a key is read, where its value stands in `Config`, what a change of it restarts, and its
// words. A row is made by what it takes (`miner.key(…)`), so there is none without an effect.
import type { ValueKind } from './values.ts';

/**
 * What a changed value takes before it is in force: a reload that restarts nothing (`applied`), the gateway, the miner or
 * both; another supervisor; or, for what the service's definition says, another install.
 */
export type Effect = 'applied' | 'gateway' | 'miner' | 'both' | 'supervisor' | 'service';

/**
 * What holds where the file does not set a key: a text that is read like any other (`default`), or words that say what
 * happens. The member of `Config` is then null (`whenUnset`) or filled in by a rule between keys (`derived`). A `folded` key
 * is no member: a rule makes part of another member from it.
 */
type Fallback = { default: string } | { whenUnset: string } | { derived: string } | { folded: string };

interface Words {
  doc: string;
  example: string;
  /** Its value is never shown in messages or by `config show`; of a text that is secret in part, this leaves the rest. */
  secret?: true | ((value: string) => string);
}

/** A row of the table. `T` is the type of one value. */
export type Key<
  Member extends string = string,
  T = unknown,
  F extends Fallback = Fallback,
  List extends boolean = boolean,
> = Words &
  F & {
    effect: Effect;
    /** Its name in `Config`, with the unit. */
    member: Member;
    kind: ValueKind<T>;
    /** Written `key[]`, one line for each value, in order. */
    list: List;
  };

/** What makes the rows of one effect. */
function rowsOf(effect: Effect) {
  return {
    /**
     * A key of one value.
     *
     * @param member its name in `Config`, which ends with the unit of its kind.
     */
    key<const Member extends string, T, Unit extends string, F extends Fallback>(
      member: Member & `${string}${NoInfer<Unit>}`,
      kind: ValueKind<T, Unit>,
      facts: Words & F,
    ): Key<Member, T, F, false> {
      return { ...facts, effect, member, kind, list: false };
    },
    /** A key written `name[]`, which is an empty list where the file does not set it. */
    list<const Member extends string, T, F extends Exclude<Fallback, { default: string }>>(
      member: Member,
      kind: ValueKind<T>,
      facts: Words & F,
    ): Key<Member, T, F, true> {
      return { ...facts, effect, member, kind, list: true };
    },
  };
}

export const applied = rowsOf('applied');
export const gateway = rowsOf('gateway');
export const miner = rowsOf('miner');
export const both = rowsOf('both');
export const supervisor = rowsOf('supervisor');
export const service = rowsOf('service');

/** A section of the table. One whose name ends in `.NAME` comes once for each name. */
export interface Section {
  doc: string;
  keys: Record<string, Key>;
  /**
   * The member of `Config` that holds its keys; the section's own name where left out, null where `Config` has no such
   * member and the section only stands in for what a named one leaves out.
   */
  place?: string | null;
  /**
   * Which names it may have: a few, or all that match. A key that is the same row as in the section before the dot falls
   * back on that section's value.
   */
  names?: readonly string[] | RegExp;
  /** Its values are put together to one, so that a change is told of the section as a whole. */
  isOneValue?: true;
}

/** The default as one writes it, or null. */
export function defaultOf(key: Key): string | null {
  return 'default' in key ? key.default : null;
}

/** What holds for an unset key without a default, in words. */
export function whenUnset(key: Key): string | null {
  if ('whenUnset' in key) return key.whenUnset;
  if ('derived' in key) return key.derived;
  return 'folded' in key ? key.folded : null;
}
