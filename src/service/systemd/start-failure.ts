// Why a unit did not start, in the words of the program that failed where there are any, and what to type.
import { textOf } from '../../base/atomic-file.ts';
import { PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import type { ServiceState } from '../manager.ts';
import { endInWords, setupFailure } from './setup-failures.ts';

export interface StartFailureFacts {
  unit: string;
  state: Pick<ServiceState, 'failure' | 'lastExit'>;
  /** What the program said in this run, oldest first. */
  lines: readonly string[];
  /** What systemctl said. */
  said: string;
  /** SELinux refuses, and does not only report. */
  selinux: boolean;
}

/** EXIT_EXEC of systemd.exec(5): the program could not be executed, whatever the reason. */
const EXIT_EXEC = 203;

/** The failed start as an error. Pure. */
export function startFailure({ unit, state, lines, said, selinux }: StartFailureFacts): PearlError {
  const { lastExit } = state;
  const why = endInWords(state);
  const meaning = setupFailure(lastExit?.code ?? null);
  const hint =
    lastExit?.code === EXIT_EXEC
      ? execHint(selinux)
      : meaning !== null
        ? fix`systemd did not get as far as the program: ${meaning}. See the unit and its drop-ins: systemctl cat ${unit}. ${pearlctl('install')} leaves out what this machine refuses`
        : lines.length > 0
          ? `Its last words:\n  ${lines.join('\n  ')}`
          : said;
  return new PearlError('SERVICE_FAILED', `${unit} did not start${why ? ` (${why})` : ''}.`, { hint });
}

/** systemd cannot tell a missing program from one that SELinux keeps from it: a file under a home folder, or moved from /tmp. */
function execHint(selinux: boolean): string {
  return selinux
    ? 'SELinux may forbid systemd to run the program. Type: sudo restorecon -RF /usr/local/lib, then: sudo ausearch -m avc -ts recent'
    : 'systemd could not run the program of the unit: it is missing, or may not be executed. Type: pearlctl doctor';
}

/** See selinux(8): the file is there only where SELinux is. */
export function isSelinuxEnforcing(file = '/sys/fs/selinux/enforce'): boolean {
  return textOf(file)?.trim() === '1';
}
