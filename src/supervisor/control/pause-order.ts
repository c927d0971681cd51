// Pausing and going on, for commands: said to the living supervisor, and kept for the next one where none runs.
import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { text } from '../../base/json-fields.ts';
import type { Paths } from '../../config/paths.ts';
import type { LifeFiles } from '../../state/life.ts';
import { readPaused, type Wish, writePaused } from '../../state/paused.ts';
import { askSupervisor, type OnLate } from './control-client.ts';

export interface PauseOutcome {
  /** Why it is paused now, or null. */
  paused: string | null;
  /** When the pause ends by itself: ISO 8601, UTC; null without an end. */
  until: string | null;
  /** Why it does not mine without a pause, in words: its schedule, a battery, no pool; null where nothing is known of it. */
  resting: string | null;
  /** Whether a supervisor heard it; without one it holds from the next start on. */
  heard: boolean;
  /** Whether it survives a restart. */
  kept: boolean;
}

/**
 * Pauses, or goes on (null). `onLate` hears that the supervisor takes its time.
 *
 * @throws PearlError NO_PERMISSION when supervisor or state folder are another user's, NO_ANSWER when it cannot be spoken to.
 */
export async function setPaused(
  paths: LifeFiles & Pick<Paths, 'pausedFile'>,
  wish: Wish | null,
  onLate?: OnLate,
): Promise<PauseOutcome> {
  const paused = wish?.reason ?? null;
  const until = wish === null || wish.untilMs === null ? null : new Date(wish.untilMs).toISOString();
  try {
    const params = { ...(paused === null ? {} : { reason: paused }), ...(until === null ? {} : { until }) };
    const answer = await askSupervisor(paths, wish === null ? 'resume' : 'pause', params, onLate);
    const resting = wish === null ? text(answer.level === 'full' ? answer.waitsFor : answer.text) : null;
    return { paused, until, resting, heard: true, kept: answer.kept === true };
  } catch (error) {
    if (!(error instanceof PearlError) || error.code !== 'NOT_RUNNING') throw error;
  }
  if (wish !== null || readPaused(paths.pausedFile) !== null) keep(paths.pausedFile, wish);
  return { paused, until, resting: null, heard: false, kept: true };
}

/** What a resume came to that a supervisor heard. */
export function resumedText({ resting }: PauseOutcome): string {
  return resting === null ? 'The pause is over.' : `The pause is over. What holds it back: ${resting}.`;
}

function keep(path: string, wish: Wish | null): void {
  try {
    writePaused(path, wish);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') {
      const hint = fix`Start it first: ${pearlctl('run')}, or ${pearlctl('install')} for a service.`;
      throw new PearlError('NOT_RUNNING', 'Nothing has ever run here that could be paused.', { hint, cause: error });
    }
    if (errno === undefined) throw error;
    throw new PearlError('NO_PERMISSION', `${path} cannot be written (${errno}).`, {
      hint: 'Run this as the user that pearlctl runs as.',
      cause: error,
    });
  }
}
