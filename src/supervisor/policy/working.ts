// How much of the machine may work, and why not all of it: what each reason claims, and the one decision that comes out. Pure.
import type { Level } from '../../config/profiles.ts';

/** What a reason asks for while it holds. */
export interface Claim {
  readonly reason: string;
  readonly level: Level;
  /** Why, in words without a full stop. */
  readonly text: string;
}

export interface Working {
  readonly level: Level;
  /** Share of the time that the threads work; 0 while they rest. */
  readonly dutyPercent: number;
  /** The strongest of the reasons for this level; null for `full`. */
  readonly reason: string | null;
  readonly text: string | null;
}

const DEPTH: Record<Level, number> = { off: 0, light: 1, full: 2 };

export interface Duties {
  /** At `full`, and at `light`, which is never more. */
  readonly full: number;
  readonly light: number;
}

/** The lowest level wins; of the claims for it, the first, so that claims come strongest first. */
export function combine(claims: readonly Claim[], duties: Duties): Working {
  const [lowest] = [...claims].sort((a, b) => DEPTH[a.level] - DEPTH[b.level]);
  if (lowest === undefined || lowest.level === 'full') {
    return { level: 'full', dutyPercent: duties.full, reason: null, text: null };
  }
  const { level, reason, text } = lowest;
  return { level, dutyPercent: level === 'off' ? 0 : Math.min(duties.full, duties.light), reason, text };
}

export function sameWorking(a: Working, b: Working): boolean {
  return a.level === b.level && a.dutyPercent === b.dutyPercent && a.reason === b.reason && a.text === b.text;
}
