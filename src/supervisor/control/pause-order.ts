// Pausing and going on, for commands: said to the living supervisor, and kept for the next one where none runs.

import { errnoOf, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { Paths } from '../../config/paths.ts';
import type { LifeFiles } from '../../state/life.ts';
import { readPaused, writePaused } from '../../state/paused.ts';
import { askSupervisor } from './control-client.ts';

export interface PauseOutcome {
  /** Why it is paused now, or null. */
  paused: string | null;
  /** Whether a supervisor heard it; without one it holds from the next start on. */
  heard: boolean;
  /** Whether it survives a restart. */
  kept: boolean;
}

/**
 * Pauses (`reason` set) or goes on (null).
 *
 * @throws PearlError NO_PERMISSION when supervisor or state folder are another user's, NO_ANSWER when it cannot be spoken to.
 */
export async function setPaused(
  paths: LifeFiles & Pick<Paths, 'pausedFile'>,
  reason: string | null,
): Promise<PauseOutcome> {
  try {
    const answer = await askSupervisor(paths, reason === null ? 'resume' : 'pause', reason === null ? {} : { reason });
    return { paused: reason, heard: true, kept: answer.kept === true };
  } catch (error) {
    if (!(error instanceof PearlError) || error.code !== 'NOT_RUNNING') throw error;
  }
  if (readPaused(paths.pausedFile) !== reason) keep(paths.pausedFile, reason);
  return { paused: reason, heard: false, kept: true };
}

function keep(path: string, reason: string | null): void {
  try {
    writePaused(path, reason);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') {
      const hint = fix`Start it first: ${pearlctl('run')}, or ${pearlctl('install')} for a service.`;
      throw new PearlError('NOT_RUNNING', 'Nothing has ever run here that could be paused.', { hint, cause: error });
    }
    if (errno === undefined) throw error;
    throw new PearlError('NO_PERMISSION', `${path} cannot be written (${errno}).`, {
      hint: 'Run this as the user that pearlctl runs as, or with sudo.',
      cause: error,
    });
  }
}
