// Does the supervisor that runs have the same version as this command?
import { pearlctl } from '../../base/fix.ts';
import { packageInForce } from '../../service/installed-service.ts';
import type { Look } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

export const version: Look = {
  id: 'version',
  question: 'Does the running supervisor have this version',
  async run(context) {
    const live = context.live();
    const mine = context.program.version;
    if (live === null) return skipped('no supervisor runs');
    if (live.version === mine) return ok(mine);
    const { service } = context;
    // A package's program is there already.
    const verb = service === null || packageInForce(service) === null ? 'install' : 'restart';
    const remedy = service === null ? 'Stop it and start it again' : pearlctl(verb);
    return warning(`version ${live.version} runs, this is ${mine}`, remedy);
  },
};
