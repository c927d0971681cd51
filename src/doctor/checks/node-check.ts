// Is Node new enough, and is the one that the service was pinned to still there and alive?
import { asFix, fix, pearlctl } from '../../base/fix.ts';
import { compareVersions } from '../../service/plan/versions.ts';
import { fleetingFiles } from '../../service/runtime/node-files.ts';
import type { Look } from '../check.ts';
import type { DoctorContext } from '../doctor-context.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import { NODE_LIMIT_MS } from '../machine.ts';
import { programOfService } from '../service-program.ts';

/** As `engines` in package.json. */
export const OLDEST_NODE = '20.19';

export const node: Look = {
  id: 'node',
  question: 'Is Node new enough, and the service’s own one alive',
  asService: ['systemd', 'launchd'],
  async run(context) {
    const { nodeVersion, nodePath } = context.program;
    if (compareVersions(nodeVersion, OLDEST_NODE) < 0) {
      return problem(`Node ${nodeVersion} at ${nodePath} is too old`, `Install Node ${OLDEST_NODE} or newer`);
    }
    return context.service === null ? ok(`Node ${nodeVersion}, ${nodePath}`) : pinned(context);
  },
};

/** A line for each file that it has loaded. */
const LOADED = 'process.report.excludeNetwork = true; process.report.getReport().sharedObjects.join("\\n")';

async function pinned({ service, machine }: DoctorContext): Promise<Finding> {
  if (service === null) throw new Error('no service');
  const { executable, renewedBy } = programOfService(service);
  const answer = await machine.ask([executable, '--version'], {}, NODE_LIMIT_MS);
  const version = /^v(\d+\.\d+\.\d+)\s*$/.exec(answer?.stdout ?? '')?.[1];
  if (version === undefined) {
    return problem(
      `the service’s Node, ${executable}, does not run${answer?.stderr ? `: ${answer.stderr.trim().split('\n')[0]?.slice(0, 200)}` : ''}`,
      renewedBy(fix`${pearlctl('install')} (it pins a working one)`),
    );
  }
  if (compareVersions(version, OLDEST_NODE) < 0) {
    return problem(
      `the service’s Node is ${version}, too old`,
      renewedBy(fix`Install Node ${OLDEST_NODE}, then: ${pearlctl('install')}`),
    );
  }
  const loaded = await machine.ask([executable, '-p', LOADED], {}, NODE_LIMIT_MS);
  const fleeting = fleetingFiles((loaded?.stdout ?? '').split('\n'));
  if (fleeting !== null) return warning(fleeting, renewedBy(asFix('Install with such a Node.')));
  return ok(`Node ${version} of the service, ${executable}`);
}
