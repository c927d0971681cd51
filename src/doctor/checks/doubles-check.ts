// Is pearlctl here twice: two services of one instance, or a supervisor of another instance?
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Service } from '../../service/installed-service.ts';
import { findInstances, type Instance, lineFor } from '../../service/instances.ts';
import type { Look } from '../check.ts';
import { ok, warning } from '../finding.ts';
import { findSupervisors } from '../own-processes.ts';

export const doubles: Look = {
  id: 'doubles',
  question: 'Is pearlctl installed or running only once',
  async run(context) {
    const twins = context.service === null ? [] : twinsOf(context.service);
    const [twin] = twins;
    if (twin !== undefined) {
      const other = twin.paths.scope;
      const foreign = other === 'user' && twin.account !== context.service?.caller.user;
      const whose = foreign ? `${twin.account}’s user service` : `a ${other} service`;
      return warning(
        `${whose} is installed beside the ${context.paths.scope} service`,
        foreign
          ? lineFor(twin.account, 'uninstall')
          : fix`${pearlctlByHand('uninstall', '--scope', 'user')} (or system)`,
      );
    }
    const others = findSupervisors(await context.machine.processes()).filter(
      ({ pid }) => pid !== context.live()?.supervisor?.pid,
    );
    if (others.length === 0) return ok('once');
    const pids = others.map(({ pid }) => pid).join(', ');
    // Each folder has one at most (the lock), so this one has another home, instance or user.
    return warning(
      others.length === 1
        ? `the supervisor of another instance runs (process ${pids})`
        : `the supervisors of other instances run (processes ${pids})`,
      fix`If you do not know of it: ${pearlctl('list')}`,
    );
  },
};

/** The same instance, installed for another scope or account. */
function twinsOf({ paths, caller }: Service): Instance[] {
  return findInstances(caller).filter(
    ({ paths: other, installed }) =>
      installed && other.instance === paths.instance && other.configFile !== paths.configFile,
  );
}
