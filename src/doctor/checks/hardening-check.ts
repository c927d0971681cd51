// How much of the machine could the service reach if it were taken over, in systemd's own judgement?
import { fix, pearlctl, sudoPearlctl } from '../../base/fix.ts';
import { REINSTALL } from '../../base/packaging/owner.ts';
import { sessionEnvironment } from '../../service/caller.ts';
import { dropInWords } from '../../service/drift.ts';
import { packageInForce } from '../../service/installed-service.ts';
import { unitName } from '../../service/service-names.ts';
import { refusedIn } from '../../service/systemd/sandbox.ts';
import type { Look } from '../check.ts';
import { ok, skipped, warning } from '../finding.ts';

/** Tenths of systemd's exposure score: our units have 1.4 (system) and 1.8 (user), an unhardened one 9.6. */
const THRESHOLD = 30;

export const hardening: Look = {
  id: 'hardening',
  question: 'Is the service locked down',
  async run({ service, machine, serviceState }) {
    if (service === null || service.kind !== 'systemd') return skipped('no service of systemd is installed');
    const user = service.paths.scope === 'user';
    const unit = unitName(service.paths.instance);
    // The exit code is the judgement: 0 at or below the threshold (systemd-analyze(1)).
    const words = ['security', '--no-pager', `--threshold=${THRESHOLD}`, unit];
    const answer = await machine.ask(
      ['systemd-analyze', ...(user ? ['--user'] : []), ...words],
      user ? sessionEnvironment(service.caller) : {},
    );
    if (answer === null) return skipped('systemd-analyze is not here');
    const score = /: ([\d.]+) [A-Z]+/.exec(
      answer.stdout.split('\n').findLast((line) => line.includes(unit)) ?? '',
    )?.[1];
    if (score === undefined) return skipped(`systemd-analyze does not judge it${user ? '' : ' (as root it may)'}`);
    const refused = refusedIn(machine.readText(service.definitionFile) ?? '');
    const without = refused.length === 0 ? '' : ` without ${refused.join(', ')}, which this machine refuses`;
    const changed = dropInWords(service, await serviceState());
    const fact = `exposure ${score} of 10${without}${changed}`;
    if (answer.code === 0) return ok(fact);
    if (changed !== '') {
      const reload = `systemctl ${user ? '--user ' : ''}daemon-reload`;
      return warning(fact, fix`Take out of that what loosens the unit, then: ${reload}, and ${pearlctl('restart')}`);
    }
    if (refused.length > 0 && user) {
      return warning(fact, fix`For the whole sandbox: ${sudoPearlctl('install', '--scope', 'system')}`);
    }
    const packaged = packageInForce(service);
    return warning(`${fact}, more than ours has`, packaged === null ? pearlctl('install') : REINSTALL[packaged.owner]);
  },
};
