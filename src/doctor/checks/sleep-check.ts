// Does the machine fall asleep by itself? Then it does not mine.
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

/** logind.conf(5): the last file of that folder wins, also over logind.conf itself. A signal has it read them. */
const LOGIND_FIX =
  'Put "[Login]" and "IdleAction=ignore" into /etc/systemd/logind.conf.d/zz-awake.conf, then: ' +
  'sudo systemctl kill --signal=HUP systemd-logind';

export const sleep: Look = {
  id: 'sleep',
  question: 'Does the machine stay awake when it is not used',
  run: (context) => (context.machine.platform === 'darwin' ? macSleep(context) : linuxSleep(context)),
};

/** IdleAction of logind.conf(5), as logind itself understands it. */
async function linuxSleep({ machine }: DoctorContext): Promise<Finding> {
  const logind = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'];
  const answer = await machine.ask(['busctl', '--no-pager', 'get-property', ...logind, 'IdleAction']);
  const action = /^s "([a-z-]+)"/.exec(answer?.code === 0 ? answer.stdout : '')?.[1];
  if (action === undefined) return skipped('logind does not answer');
  if (action === 'ignore' || action === 'lock') return ok('stays awake when idle');
  return warning(`logind will ${action} when idle`, LOGIND_FIX);
}

/** Minutes of `sleep` in `pmset -g`; 0 is never. */
async function macSleep({ machine }: DoctorContext): Promise<Finding> {
  const answer = await machine.ask(['pmset', '-g']);
  const minutes = /^\s*sleep\s+(\d+)/m.exec(answer?.stdout ?? '')?.[1];
  if (minutes === undefined) return skipped('pmset does not say');
  if (minutes === '0') return ok('never sleeps by itself');
  return warning(`sleeps after ${minutes} idle minutes`, 'sudo pmset -c sleep 0');
}
