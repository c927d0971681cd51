// Does a pool take our shares? The verdicts of a window, judged: pure.
import type { RefusalClass } from './phrases.ts';
import type { Refusal } from './refusal.ts';

/** From which on a pool counts as one that does not take our work. */
export interface WindowLimits {
  /** Proofs in a row that were called wrong. */
  readonly invalidInARow: number;
  /** Percent of the last 20 verdicts that were rejections. */
  readonly rejectedPercent: number;
  /** Percent of the last 100 verdicts that were stale. */
  readonly stalePercent: number;
}

const REJECTED_WINDOW = 20;
const STALE_WINDOW = 100;
/** Classes that call the proof or its sender wrong; a duplicate, a late one and a busy pool do not. */
const WRONG: readonly RefusalClass[] = ['invalid', 'low-difficulty', 'login', 'other'];

export interface VerdictWindow {
  /** Newest last; null for a yes. */
  readonly recent: readonly (RefusalClass | null)[];
  /** Wrong ones since the last yes. */
  readonly wrongInARow: number;
  /** The pool's words for its last no of each kind. */
  readonly words: { readonly rejected: string | null; readonly stale: string | null };
}

export const EMPTY_WINDOW: VerdictWindow = { recent: [], wrongInARow: 0, words: { rejected: null, stale: null } };

export function withVerdict(window: VerdictWindow, refusal: Refusal | null): VerdictWindow {
  const recent = [...window.recent, refusal?.class ?? null].slice(-STALE_WINDOW);
  if (refusal === null) return { ...window, recent, wrongInARow: 0 };
  const kind = refusal.class === 'stale' ? 'stale' : 'rejected';
  return {
    recent,
    wrongInARow: window.wrongInARow + (WRONG.includes(refusal.class) ? 1 : 0),
    words: { ...window.words, [kind]: refusal.reason },
  };
}

/** Why the pool is not to be mined at, in words, or null while it is. */
export function fault(window: VerdictWindow, limits: WindowLimits): string | null {
  const { recent, wrongInARow, words } = window;
  const because = (reason: string | null) => (reason === null ? '' : `: ${reason}`);
  if (wrongInARow >= limits.invalidInARow) {
    return `the pool rejected ${wrongInARow} shares in a row${because(words.rejected)}`;
  }
  const last = recent.slice(-REJECTED_WINDOW);
  const rejected = last.filter((name) => name !== null && name !== 'stale').length;
  if (last.length === REJECTED_WINDOW && rejected * 100 >= limits.rejectedPercent * REJECTED_WINDOW) {
    return `the pool rejected ${rejected} of the last ${REJECTED_WINDOW} shares${because(words.rejected)}`;
  }
  const stale = recent.filter((name) => name === 'stale').length;
  if (recent.length === STALE_WINDOW && stale * 100 >= limits.stalePercent * STALE_WINDOW) {
    return `the pool called ${stale} of the last ${STALE_WINDOW} shares stale${because(words.stale)}`;
  }
  return null;
}
