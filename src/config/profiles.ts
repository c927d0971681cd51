// The levels at which the miner may work, and the named sets of them that hold for reasons which the file does not set. Pure.
import type { Scope } from '../base/instance.ts';

export const LEVELS = ['full', 'light', 'off'] as const;
/** `light`: the threads work a part of the time. */
export type Level = (typeof LEVELS)[number];

export const PROFILES = ['server', 'desktop', 'laptop'] as const;
export type Profile = (typeof PROFILES)[number];

/** The reasons that a profile has a level for, by the names of their keys. */
type Levels = Readonly<Record<'battery' | 'heat', Level>>;

const PROFILE_LEVELS: Readonly<Record<Profile, Levels>> = {
  server: { battery: 'full', heat: 'full' },
  desktop: { battery: 'off', heat: 'light' },
  laptop: { battery: 'off', heat: 'off' },
};

/** The profile that holds where the file names none. */
function defaultProfile(scope: Scope): Profile {
  return scope === 'user' ? 'desktop' : 'server';
}

function levelsOf(profile: Profile): Levels {
  return PROFILE_LEVELS[profile];
}

/** The same keys, with the profile's level for each that is null. */
export function withProfile<R extends { profile: Profile | null } & { [K in keyof Levels]: Level | null }>(
  rest: R,
  scope: Scope,
): Omit<R, 'profile' | keyof Levels> & Levels & { profile: Profile } {
  const profile = rest.profile ?? defaultProfile(scope);
  const levels = levelsOf(profile);
  return { ...rest, profile, battery: rest.battery ?? levels.battery, heat: rest.heat ?? levels.heat };
}
