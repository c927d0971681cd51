// Is pearlctl here twice: two services of one instance, or a supervisor of another instance?
import { fix, pearlctlByHand } from '../../base/fix.ts';
import { detectManager, readMachineFacts } from '../../service/detect-manager.ts';
import { installedScopes } from '../../service/installed-service.ts';
import type { Check } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { ok, warning } from '../finding.ts';
import type { ProcessFacts } from '../processes.ts';

export const doubles: Check = {
  id: 'doubles',
  area: 'Service',
  question: 'Is pearlctl installed or running only once',
  async run(context) {
    const scopes = scopesOf(context);
    if (scopes.length > 1) {
      return warning(
        'a user service and a system service are installed',
        fix`${pearlctlByHand('uninstall', '--scope', 'user')} (or system)`,
      );
    }
    const others = findSupervisors(await context.machine.processes()).filter(
      ({ pid }) => pid !== context.live()?.supervisor?.pid,
    );
    if (others.length === 0) return ok('once');
    const pids = others.map(({ pid }) => pid).join(',');
    // Each folder has one at most (the lock), so this one has another home, instance or user.
    return warning(
      `the supervisor of another instance runs (process ${pids})`,
      `ps -fp ${pids}, if you do not know of it`,
    );
  },
};

function scopesOf({ paths, service }: DoctorContext): readonly string[] {
  if (service === null || detectManager(readMachineFacts()).kind === null) return [];
  return installedScopes({ instance: paths.instance ?? undefined });
}

/** Supervisors of pearlctl: a program of ours with the word `supervise` or `run`. */
export function findSupervisors(processes: readonly ProcessFacts[]): ProcessFacts[] {
  return processes.filter(({ args }) => {
    const script = args.findIndex((word) => /(?:^|\/)(?:pearlctl\.mjs|pearlctl|dist\/js\/cli\.js)$/.test(word));
    const rest = args.slice(script + 1).filter((word) => !/(?:pearlctl\.mjs|cli\.js)$/.test(word));
    return script !== -1 && (rest[0] === 'supervise' || rest[0] === 'run');
  });
}
