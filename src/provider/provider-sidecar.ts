// The runtime sidecar as the provider this one grew from keeps it: seven keys in a JSON file that other tools read. The
// supervisor's own, richer file holds the same keys and is not written through here.
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { textOf, writeFileAtomically } from '../base/atomic-file.ts';
import { orNull, PearlError } from '../base/errors.ts';
import { makeFolder } from '../base/private-folder.ts';
import { type LegacySidecar, onlySevenKeys, parseSevenKeys } from '../state/sidecar/seven-keys.ts';
import { groundError } from '../supervisor/start/ground.ts';

export type { LegacySidecar } from '../state/sidecar/seven-keys.ts';

/** Far more than seven keys need. */
const MAX_CHARACTERS = 256 * 1024;

export const Sidecar = {
  /** The seven keys; null for a file that is missing, torn or of another kind. */
  read(path: string): LegacySidecar | null {
    const text = textOf(path) ?? '';
    return text.length > MAX_CHARACTERS ? null : orNull(() => parseSevenKeys(text));
  },

  /**
   * Writes the seven keys and no others: a new file of mode 0600, renamed over the old.
   *
   * @throws PearlError INPUT_INVALID for a session that would not be read back, HOME_UNWRITABLE or DISK_FULL.
   */
  write(path: string, session: LegacySidecar): void {
    const text = `${JSON.stringify(onlySevenKeys(session), null, 2)}\n`;
    if (parseSevenKeys(text) === null) {
      throw new PearlError(
        'INPUT_INVALID',
        'A sidecar has seven keys, and one of these is missing or of a wrong type.',
        {
          hint: 'See the type LegacySidecar for the seven.',
        },
      );
    }
    try {
      makeFolder(dirname(path), 0o700);
      writeFileAtomically(path, text, { mode: 0o600, durable: true });
    } catch (error) {
      throw groundError(path, error);
    }
  },

  /** A missing file is fine. */
  remove(path: string): void {
    rmSync(path, { force: true });
  },
} as const;
