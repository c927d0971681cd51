// The configuration as one typed value. Its type is the key table's: each key stands at its section's place under its
// member's name, with the type that its kind reads.
import type { Effect, Key, Section } from './key.ts';
import { keyTitle, pathOf, type SectionName, TABLE } from './key-names.ts';
import type { SECTIONS } from './keys.ts';

type Table = typeof SECTIONS;

/** What the file says about a key: null where it is unset and has no default. */
type Read<K> =
  K extends Key<string, infer T, infer F, infer List>
    ? List extends true
      ? T[]
      : F extends { default: string }
        ? T
        : T | null
    : never;

/** What `Config` holds: a rule has filled in what it derives. */
type Held<K> =
  K extends Key<string, infer T, infer F, infer List>
    ? List extends true
      ? T[]
      : F extends { whenUnset: string }
        ? T | null
        : T
    : never;

type ReadMembers<Keys> = { -readonly [K in keyof Keys as MemberOf<Keys[K]>]: Read<Keys[K]> };
type HeldMembers<Keys> = {
  -readonly [K in keyof Keys as Keys[K] extends { folded: string } ? never : MemberOf<Keys[K]>]: Held<Keys[K]>;
};
type MemberOf<K> = K extends { member: infer M extends string } ? M : never;

type PlaceOf<S extends SectionName> = Table[S] extends { place: infer P } ? P & string : S;

/** A section's members, or those of each of its names. */
type ByName<S extends SectionName, Members> = Table[S] extends { names: readonly (infer N extends string)[] }
  ? Record<N, Members>
  : Table[S] extends { names: RegExp }
    ? Record<string, Members>
    : Members;

/** Every value as the file and the defaults say, before the rules between keys. */
export type Values = ReadMembers<Table['']['keys']> & {
  [S in Exclude<SectionName, ''> as PlaceOf<S>]: ByName<S, ReadMembers<Table[S]['keys']>>;
};

/** A configuration that can be used: every rule between keys holds. */
export type Config = HeldMembers<Table['']['keys']> & {
  [S in Exclude<SectionName, ''> as PlaceOf<S>]: ByName<S, HeldMembers<Table[S]['keys']>>;
};

export type GatewayKind = Config['gateway']['kind'];

export type RestartPolicy = Config['supervisor']['miner'];

/** A key of a configuration with what it holds. */
export interface HeldKey {
  /** As in the file: `miner.poll_interval`. */
  path: string;
  /** As in a sentence: `[miner] poll_interval`; of a section that is one value, the section. */
  title: string;
  effect: Effect;
  value: unknown;
}

/** Every key of a configuration, in the order of the table. */
export function heldKeys(config: Config): HeldKey[] {
  const places: Record<string, unknown> = config;
  return [...TABLE].flatMap(([pattern, section]) => {
    const { place = pattern, names } = section;
    if (place === null) return [];
    const held = (place === '' ? places : places[place]) as Members;
    if (names === undefined) return keysOf(pattern, section, held);
    return Object.entries(held).flatMap(([own, members]) =>
      keysOf(pattern.replace('NAME', own), section, members as Members),
    );
  });
}

type Members = Readonly<Record<string, unknown>>;

function keysOf(name: string, { place = name, isOneValue, keys }: Section, members: Members): HeldKey[] {
  return Object.entries(keys)
    .filter(([, key]) => !('folded' in key))
    .map(([key, { member, effect }]) => ({
      path: pathOf(name, key),
      title: isOneValue === true ? `[${place}]` : keyTitle(name, key),
      effect,
      value: members[member],
    }));
}
