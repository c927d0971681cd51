// What launchctl's exit codes mean for us. They are the contract: its texts are made for people and change between releases.
// Sources: launchctl(1), `launchctl error`, and reports from macOS 13 to 26.
import { type ErrorCode, PearlError } from '../../base/errors.ts';

/** Not there: no such process, no such service. */
export const ABSENT: ReadonlySet<number> = new Set([3, 113]);
/** May mean "already loaded" or "still leaving": only looking tells. EIO, EEXIST, in progress. */
export const UNCLEAR: ReadonlySet<number> = new Set([5, 17, 36, 37]);

const CAUSES: Readonly<Record<number, readonly [code: ErrorCode, what: string, hint: string]>> = {
  2: ['SERVICE_FAILED', 'the property list is not there', 'Type: pearlctl install'],
  5: [
    'SERVICE_FAILED',
    'it gives no reason (input/output error)',
    'See System Settings, General, Login Items: an item switched off there cannot be loaded. With sudo, launchctl says more.',
  ],
  109: [
    'INTERNAL',
    'launchd cannot read the property list',
    'Please report this with the output of: pearlctl render launchd',
  ],
  111: ['SERVICE_FAILED', 'the program that the property list names is not there', 'Type: pearlctl install'],
  112: [
    'SERVICE_MANAGER_MISSING',
    'you are not logged in on the screen',
    'Log in there, or install with --scope system.',
  ],
  119: ['SERVICE_FAILED', 'the service is disabled', 'Type: pearlctl enable'],
  122: ['SERVICE_FAILED', 'the property list has the wrong owner or mode', 'Type: pearlctl install'],
  124: ['SERVICE_MANAGER_MISSING', 'the session is ending', 'Log in again and repeat the command.'],
  125: ['SERVICE_MANAGER_MISSING', 'this session cannot hold services', 'Log in on the screen, or use --scope system.'],
  134: ['SERVICE_MANAGER_MISSING', 'the service does not belong in this kind of session', 'Type: pearlctl install'],
  155: [
    'SERVICE_FAILED',
    'macOS holds the program in quarantine',
    'Open System Settings, Privacy & Security, and allow it.',
  ],
  161: [
    'SERVICE_FAILED',
    'macOS does not let it run in the background',
    'Switch it on in System Settings, General, Login Items.',
  ],
};

/** The failure of a launchctl call as an error that says what to do. */
export function launchctlError(action: string, code: number): PearlError {
  const known = CAUSES[code];
  if (known !== undefined)
    return new PearlError(known[0], `launchd could not ${action}: ${known[1]}.`, { hint: known[2] });
  return new PearlError('SERVICE_FAILED', `launchd could not ${action} (code ${code}).`, {
    hint: `See: launchctl error ${code}`,
  });
}
