// What a check found: one fact, and for anything but "fine" what to type. Skipped is not passed: it says why nothing was
// looked at.
import type { PearlError } from '../base/errors.ts';
import { asFix, type Fix, type FixCommand } from '../base/fix.ts';

/** `warning`: it works, but not as well or as long as it could. `problem`: something does not work. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'skipped';

export interface Finding {
  readonly status: FindingStatus;
  /** What is so, without a full stop. */
  readonly fact: string;
  /** What to do about it; null where there is nothing to do. */
  readonly fix: Fix | null;
}

export function ok(fact: string): Finding {
  return { status: 'ok', fact, fix: null };
}

export function warning(fact: string, remedy: Fix | FixCommand | string): Finding {
  return { status: 'warning', fact, fix: asFix(remedy) };
}

export function problem(fact: string, remedy: Fix | FixCommand | string): Finding {
  return { status: 'problem', fact, fix: asFix(remedy) };
}

/** What an error says, and what it says to type; `otherwise` where it says nothing of that. */
export function problemOf({ message, fix }: PearlError, otherwise: Fix | FixCommand | string): Finding {
  return problem(withoutStop(message), fix ?? otherwise);
}

/** A sentence as a fact: one line, no full stop. */
export function withoutStop(sentence: string): string {
  return sentence.replace(/\s+/g, ' ').replace(/\.$/, '');
}

/** @param why what is missing, so that there was nothing to look at. */
export function skipped(why: string): Finding {
  return { status: 'skipped', fact: why, fix: null };
}
