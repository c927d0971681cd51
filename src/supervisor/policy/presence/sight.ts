// What can be known of the use of a machine: what one source tells, and what several of them come to. Pure.

export interface Sight {
  readonly inUse: boolean;
  /** What is in use, or why it counts as in use. */
  readonly text: string;
}

/** Something that tells whether the machine is in use, until it is stopped. */
export interface PresenceSource {
  /** Null while it cannot tell. */
  sight(): Sight | null;
  stop(): void;
}

export interface SourceOptions {
  /** Without a key or a movement for so long, the machine is not in use. */
  readonly awayAfterMs: number;
  /** What it tells may be something else now. */
  readonly onChange: () => void;
}

export const DESKTOP_IN_USE: Sight = { inUse: true, text: 'the desktop is in use' };
export const DESKTOP_IDLE: Sight = { inUse: false, text: 'the desktop is idle' };

/** Of a desktop that is idle or not; null where it does not tell. */
export function desktopSight(isIdle: boolean | null): Sight | null {
  if (isIdle === null) return null;
  return isIdle ? DESKTOP_IDLE : DESKTOP_IN_USE;
}

/** In use where one of them says so; null where none can tell. */
export function sightOf(sights: readonly (Sight | null)[]): Sight | null {
  const told = sights.filter((sight) => sight !== null);
  return told.find(({ inUse }) => inUse) ?? told[0] ?? null;
}
