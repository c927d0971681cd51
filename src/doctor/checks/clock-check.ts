// Is the clock right? A wrong one makes certificates of pools look invalid and shares look old.
import { fix, pearlctl } from '../../base/fix.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

/** Whatever a clock says before this version existed is wrong. */
const EARLIEST_MS = Date.parse('2025-01-01T00:00:00Z');
/** Between the wall clock and the monotonic one since the supervisor started; NTP corrects far less. */
const JUMP_SECONDS = 60;
const NTP_FIX = 'sudo timedatectl set-ntp true';
const PROPERTIES = ['CanNTP', 'NTP', 'NTPSynchronized'] as const;

export const clock: Look = {
  id: 'clock',
  question: 'Is the clock right, and kept right',
  async run(context) {
    const { machine } = context;
    const now = new Date(machine.nowMs());
    if (now.getTime() < EARLIEST_MS) return problem(`the clock says ${now.toISOString()}`, NTP_FIX);
    const jump = jumpSeconds(context);
    if (Math.abs(jump) > JUMP_SECONDS) {
      return warning(
        `the clock moved by ${Math.round(jump)} s against the time that passed since the start (or the machine slept)`,
        fix`${pearlctl('restart')}, if it was set by hand; sleep needs nothing`,
      );
    }
    return machine.platform === 'linux' ? synchronised(context) : ok(now.toISOString());
  },
};

/** How much further the wall clock went than the monotonic one, from start to last word of a living supervisor. */
function jumpSeconds(context: DoctorContext): number {
  const live = context.live();
  const stats = context.stats();
  if (live === null || stats.kind !== 'valid') return 0;
  const updated = Date.parse(stats.value.updatedAt) / 1000;
  return Number.isFinite(updated) ? updated - live.startedAtSeconds - stats.value.uptimeSeconds : 0;
}

async function synchronised({ machine }: DoctorContext): Promise<Finding> {
  const answer = await machine.ask(['timedatectl', 'show', ...PROPERTIES.map((name) => `--property=${name}`)]);
  if (answer === null || answer.code !== 0)
    return skipped('this machine does not tell whether the clock is synchronised');
  const says = (property: (typeof PROPERTIES)[number], word: 'yes' | 'no') =>
    new RegExp(`^${property}=${word}$`, 'm').test(answer.stdout);
  if (says('NTPSynchronized', 'yes')) return ok('synchronised over the network');
  if (says('NTP', 'yes')) return warning('not synchronised yet', 'timedatectl timesync-status');
  // Virtual machines get their time from the host: not an error, but not certain either.
  const fact = 'not synchronised over the network';
  if (!says('CanNTP', 'no')) return warning(fact, NTP_FIX);
  return warning(
    `${fact}, and no program for it is installed`,
    `Install systemd-timesyncd or chrony, then: ${NTP_FIX}`,
  );
}
