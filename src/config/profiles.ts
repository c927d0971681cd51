// The levels at which the miner may work, and the named sets of them that hold for reasons which the file does not set. Pure.
import type { Scope } from '../base/instance.ts';

export const LEVELS = ['full', 'light', 'off'] as const;
/** `light`: the threads work a part of the time. */
export type Level = (typeof LEVELS)[number];

export const PROFILES = ['server', 'desktop', 'laptop'] as const;
export type Profile = (typeof PROFILES)[number];

/** The cores that mine, on a processor with two kinds of them. */
export const CORES = ['all', 'efficient'] as const;

/** The reasons that a profile has a level for, by the names of their keys. */
const KEYS = ['presence', 'load', 'battery', 'heat'] as const;
type Levels = Readonly<Record<(typeof KEYS)[number], Level>>;

const PROFILE_LEVELS: Readonly<Record<Profile, Levels>> = {
  server: { presence: 'full', load: 'full', battery: 'full', heat: 'full' },
  desktop: { presence: 'full', load: 'light', battery: 'off', heat: 'light' },
  laptop: { presence: 'off', load: 'off', battery: 'off', heat: 'off' },
};

/** The profile that holds where the file names none. */
function defaultProfile(scope: Scope): Profile {
  return scope === 'user' ? 'desktop' : 'server';
}

/** What the keys of [rest] hold that the file does not set, by their paths. @param written the profile in the file, or null. */
export function profileDefaults(written: string | null, scope: Scope): Readonly<Record<string, string>> {
  const profile = PROFILES.find((name) => name === written) ?? defaultProfile(scope);
  const levels = Object.entries(PROFILE_LEVELS[profile]).map(([key, level]) => [`rest.${key}`, level]);
  const cores = coresOf({ profile }, scope);
  return { 'rest.profile': profile, 'miner.cores': cores, ...Object.fromEntries(levels) };
}

/** What `[miner] cores` is where the file does not say. */
export function coresOf({ profile }: { profile: Profile | null }, scope: Scope): (typeof CORES)[number] {
  return (profile ?? defaultProfile(scope)) === 'laptop' ? 'efficient' : 'all';
}

/** The profile in force and what it does, as a sentence. */
export function profileSentence(rest: Parameters<typeof withProfile>[0], scope: Scope): string {
  const rules = withProfile(rest, scope);
  const does = KEYS.map((key) => `${key} ${rules[key]}`).join(', ');
  return `The profile ${rules.profile} is in force (${does}).`;
}

/** The same keys, with the profile's level for each that is null. */
export function withProfile<R extends { profile: Profile | null } & { [K in keyof Levels]: Level | null }>(
  rest: R,
  scope: Scope,
): Omit<R, 'profile' | keyof Levels> & Levels & { profile: Profile } {
  const profile = rest.profile ?? defaultProfile(scope);
  const levels = PROFILE_LEVELS[profile];
  return {
    ...rest,
    profile,
    presence: rest.presence ?? levels.presence,
    load: rest.load ?? levels.load,
    battery: rest.battery ?? levels.battery,
    heat: rest.heat ?? levels.heat,
  };
}
