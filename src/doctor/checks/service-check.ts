// Is the installed service what this version would install, and does its manager run it?
import { fix, pearlctl } from '../../base/fix.ts';
import { dropInWords, failureOf, findDrift, fixOfDrift, isFailing } from '../../service/drift.ts';
import { packageInForce } from '../../service/installed-service.ts';
import type { Look } from '../check.ts';
import { ok, problem, skipped, warning, withoutStop } from '../finding.ts';

export const service: Look = {
  id: 'service',
  question: 'Is the service installed as it should be, and running',
  async run(context) {
    const { service: installed } = context;
    const state = await context.serviceState();
    if (installed === null || state === null) return skipped('no service is installed (pearlctl install makes one)');
    const { file, owner } = packageInForce(installed) ?? { file: installed.definitionFile, owner: null };
    if (!state.loaded && !state.blocked) {
      return problem(`${installed.kind} does not know ${file}`, pearlctl('install'));
    }
    const drift = await findDrift(installed, state);
    const differs = drift.map(({ text }) => withoutStop(text));
    const changed = dropInWords(installed, state);
    if (isFailing(state)) {
      const failed = `it failed: ${failureOf(state)}${changed}`;
      return problem([failed, ...differs].join('; '), fix`${pearlctl('logs')}, then: ${pearlctl('start')}`);
    }
    if (differs.length > 0) return warning(differs.join('; '), fixOfDrift(drift) ?? '');
    if (state.active !== 'active') return warning(`it is ${state.active}`, pearlctl('start'));
    const restarts = state.restarts === 0 ? '' : `, restarted ${state.restarts} times by ${installed.kind}`;
    const whose = owner === null ? '' : ` of the ${owner} package`;
    return ok(`${file}${whose}, active${restarts}${changed}`);
  },
};
