// May the kernel back the miner's buffers with huge pages? Without them every access costs a longer walk of page tables.
import { type Fix, fix, pearlctl } from '../../base/fix.ts';
import type { Service } from '../../service/installed-service.ts';
import { unitName } from '../../service/service-names.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

const FILE = '/sys/kernel/mm/transparent_hugepage/enabled';
const ELSEWHERE = 'start it from a session where this says 1: grep THP_enabled /proc/self/status';

export const hugePages: Look = {
  id: 'huge-pages',
  question: 'Can the miner’s buffers have huge pages',
  async run(context) {
    const { machine } = context;
    if (machine.platform !== 'linux') return skipped('only Linux lets a program ask for them');
    const chosen = /\[(\w+)\]/.exec(machine.readText(FILE) ?? '')?.[1];
    if (chosen === undefined) return skipped('this kernel does not say');
    if (chosen === 'never')
      return warning('transparent huge pages are switched off', `echo madvise | sudo tee ${FILE}`);
    return withheld(context) ?? ok(`transparent huge pages: ${chosen}`);
  },
};

/**
 * A process may have been started without them, and so are all that it starts: PR_SET_THP_DISABLE of prctl(2). That is
 * asked of the miner that runs, and before there is one of this process, unless a service manager will start it.
 */
function withheld(context: DoctorContext): Finding | null {
  const miner = context.live()?.children?.miner.pid ?? null;
  if (miner !== null && hasNone(context, String(miner))) {
    const fact = `the miner (process ${miner}) was started without huge pages (PR_SET_THP_DISABLE)`;
    return warning(fact, context.service === null ? `Stop it, and ${ELSEWHERE}` : fixOf(context.service));
  }
  if (miner !== null || context.service !== null || !hasNone(context, 'self')) return null;
  return warning('what is started from here gets no huge pages (PR_SET_THP_DISABLE)', `Mine elsewhere: ${ELSEWHERE}`);
}

/** systemd has a setting for it since version 260; older ones, and launchers in ExecStart=, hand on what they have. */
function fixOf({ paths }: Service): Fix {
  const systemctl = paths.scope === 'user' ? 'systemctl --user' : 'systemctl';
  return fix`${systemctl} cat ${unitName(paths.instance)} (a drop-in with MemoryTHP= or ExecStart=?), then: ${pearlctl('restart')}`;
}

/** Of proc_pid_status(5), since Linux 5.0: 0 after PR_SET_THP_DISABLE, unless regions that ask for them are excepted. */
function hasNone({ machine }: DoctorContext, process: string): boolean {
  return /^THP_enabled:\s*0$/m.test(machine.readText(`/proc/${process}/status`) ?? '');
}
