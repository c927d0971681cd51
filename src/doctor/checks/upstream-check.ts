// Does the running gateway get jobs, and are they fresh?
import { fix, pearlctl } from '../../base/fix.ts';
import { resolveNodeAccess } from '../../config/pearld.ts';
import { NodeRpc } from '../../gateway/external/node-rpc.ts';
import { comingRuleChanges } from '../../gateway/external/rule-changes.ts';
import { outdatedReason } from '../../protocol/work.ts';
import type { Stats } from '../../state/stats/stats-record.ts';
import { formatAge } from '../../state/status/format.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

/** A block comes about every three minutes; ten times that without a new job is a dead upstream, not luck. */
const OLD_JOB_SECONDS = 30 * 60;
/** The network's target time (protocol section 1). */
const BLOCK_SECONDS = 194;
const NEWER = fix`Install a newer pearlctl where one mines by these rules, otherwise: ${pearlctl('stop')}`;

export const upstream: Look = {
  id: 'upstream',
  question: 'Does the gateway get jobs from where it should',
  async run(context) {
    const rules = await rulesOfNode(context);
    const live = context.live();
    if (rules !== null) return rules;
    if (live === null) return skipped('no gateway runs');
    const stats = context.stats();
    if (stats.kind !== 'valid') return skipped('the supervisor has written no figures yet');
    return judgeUpstream(stats.value, live.gatewayKind);
  },
};

/** A problem or a warning where the node asks for other rules than ours, now or soon; null where it does not. */
async function rulesOfNode({ config: read, paths, env }: DoctorContext): Promise<Finding | null> {
  const { config } = await read();
  if (config === null || (config.gateway.kind !== 'external' && config.gateway.kind !== 'attached')) return null;
  // What is wrong with the node itself is what `doctor node-rpc` says.
  const access = await resolveNodeAccess(config, paths, env).catch(() => null);
  const answer = access === null ? null : await new NodeRpc(access).state();
  if (!answer?.ok) return null;
  const { certVersion, softforks, blocks } = answer.value;
  const outdated = certVersion === null ? null : outdatedReason(certVersion);
  if (outdated !== null) return problem(outdated, NEWER);
  const [next] = comingRuleChanges(softforks, blocks);
  if (next === undefined) return null;
  const age = formatAge((next.height - blocks) * BLOCK_SECONDS);
  return warning(
    `the node expects the rule change ${next.name} at block ${next.height}, in about ${age}`,
    'Read the notes of the node’s release: where it asks for certificate version 4, CPU mining ends at that block',
  );
}

function judgeUpstream({ gateway, job }: Stats, kind: string): Finding {
  const where = gateway.upstream ?? kind;
  const why = gateway.reason === null ? '' : `: ${gateway.reason}`;
  if (gateway.state === 'refused')
    return problem(`${where} refuses us${why}`, pearlctl('doctor', kind === 'pool' ? 'pools' : 'node-rpc'));
  if (gateway.state === 'outdated-rules') return problem(`${where}${why}`, NEWER);
  if (gateway.state !== 'ready')
    return problem(
      `${where} is ${gateway.state}${why}`,
      fix`${pearlctl('doctor', ...(kind === 'pool' ? ['pools'] : ['gateway', 'node-rpc']))}, ${pearlctl('logs')}`,
    );
  if (job === null)
    return warning(`${where} has given no job yet${why}`, fix`Wait a minute, then: ${pearlctl('status')}`);
  const height = job.height === null ? '' : ` at height ${job.height}`;
  const fact = `${where}, job${height}, ${formatAge(job.ageSeconds)} old`;
  return job.ageSeconds > OLD_JOB_SECONDS ? warning(fact, pearlctl('restart')) : ok(fact);
}
