// Does the running gateway get jobs, and are they fresh?
import { fix, pearlctl, pearlctlByHand } from '../../base/fix.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import { formatAge } from '../../state/status/format.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

/** A block comes about every three minutes; ten times that without a new job is a dead upstream, not luck. */
const OLD_JOB_SECONDS = 30 * 60;

export const upstream: Check = {
  id: 'upstream',
  area: 'Mining',
  question: 'Does the gateway get jobs from where it should',
  async run(context) {
    const live = context.live();
    if (live === null) return skipped('no gateway runs');
    const stats = context.stats();
    if (stats.kind !== 'valid') return skipped('the supervisor has written no figures yet');
    return judgeUpstream(stats.value, live.gatewayKind);
  },
};

function judgeUpstream({ gateway, job }: Stats, kind: string): Finding {
  const where = gateway.upstream ?? kind;
  const why = gateway.reason === null ? '' : `: ${gateway.reason}`;
  if (gateway.state === 'refused')
    return problem(`${where} refuses us${why}`, fix`${pearlctlByHand('config', 'edit')}, then: ${pearlctl('reload')}`);
  if (gateway.state !== 'ready')
    return problem(
      `${where} is ${gateway.state}${why}`,
      fix`${pearlctl('doctor', 'pools', 'node-rpc')}, ${pearlctl('logs')}`,
    );
  if (job === null)
    return warning(`${where} has given no job yet${why}`, fix`Wait a minute, then: ${pearlctl('status')}`);
  const height = job.height === null ? '' : ` at height ${job.height}`;
  const fact = `${where}, job${height}, ${formatAge(job.ageSeconds)} old`;
  return job.ageSeconds > OLD_JOB_SECONDS ? warning(fact, pearlctl('restart')) : ok(fact);
}
