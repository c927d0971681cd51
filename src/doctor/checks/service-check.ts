// Is the installed service what this version would install, and does its manager run it?
import { asFix, type Fix, fix, pearlctl } from '../../base/fix.ts';
import { failureOf, findDrift, isFailing } from '../../service/drift.ts';
import { packageInForce } from '../../service/installed-service.ts';
import type { ServiceState } from '../../service/manager.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped, warning, withoutStop } from '../finding.ts';

export const service: Look = {
  id: 'service',
  question: 'Is the service installed as it should be, and running',
  async run(context) {
    const { service: installed } = context;
    const state = await context.serviceState();
    if (installed === null || state === null) return skipped('no service is installed (pearlctl install makes one)');
    if (!state.loaded && !state.blocked) {
      return problem(`${installed.kind} does not know ${installed.definitionFile}`, pearlctl('install'));
    }
    const drift = (await findDrift(installed, state)).filter((sentence) => !/disabled|masked/.test(sentence));
    const differs = drift.map(withoutStop);
    if (isFailing(state)) {
      const failed = `it failed: ${failureOf(state)}${dropInWords(state)}`;
      return problem([failed, ...differs].join('; '), fix`${pearlctl('logs')}, then: ${pearlctl('start')}`);
    }
    if (differs.length > 0) return warning(differs.join('; '), fixOfDrift(drift));
    if (state.active !== 'active') return warning(`it is ${state.active}`, pearlctl('start'));
    const restarts = state.restarts === 0 ? '' : `, restarted ${state.restarts} times by ${installed.kind}`;
    const { file, owner } = packageInForce(installed) ?? { file: installed.definitionFile, owner: null };
    const whose = owner === null ? '' : ` of the ${owner} package`;
    return ok(`${file}${whose}, active${restarts}${dropInWords(state)}`);
  },
};

function dropInWords({ dropIns = [] }: ServiceState): string {
  return dropIns.length === 0 ? '' : `, changed by ${dropIns.join(', ')}`;
}

/** What a drop-in does, an install leaves. */
function fixOfDrift(drift: readonly string[]): Fix {
  const [only] = drift;
  return drift.length === 1 && only?.includes('(ExecStart=)')
    ? asFix('Remove these lines of the drop-in, then: systemctl daemon-reload')
    : asFix(pearlctl('install'));
}
