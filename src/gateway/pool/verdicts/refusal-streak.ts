// Refusals of proofs in a row that mean the session rather than the proof. Pure: one value in, the next one out.
import type { SessionEnd } from '../connection/pool-session.ts';
import { endByBan } from '../login/login-end.ts';
import type { Refusal } from './refusal.ts';

export interface RefusalStreak {
  readonly class: 'login' | 'banned' | null;
  readonly length: number;
}

export const NO_STREAK: RefusalStreak = { class: null, length: 0 };

/** So many in a row end the session; one does not, since words about one proof may be about that proof alone. */
const ENDING_LENGTH = 3;
/** Numbers that mean the login whatever the words are. */
const LOGIN_CODES: readonly (number | null)[] = [24, 25, 27];

export function nextStreak(streak: RefusalStreak, refusal: Refusal | null): RefusalStreak {
  if (refusal === null || (refusal.class !== 'login' && refusal.class !== 'banned')) return NO_STREAK;
  return { class: refusal.class, length: streak.class === refusal.class ? streak.length + 1 : 1 };
}

/** How this verdict ends the session, or null. A login's own number with words that agree does at once. */
export function endByVerdict(streak: RefusalStreak, refusal: Refusal | null): SessionEnd | null {
  if (refusal === null || streak.class === null) return null;
  const isPlain = refusal.class === 'login' && LOGIN_CODES.includes(refusal.code);
  if (!isPlain && streak.length < ENDING_LENGTH) return null;
  return refusal.class === 'banned' ? endByBan(refusal) : { kind: 'refused', reason: refusal.reason };
}
