// Is the installed service what this version would install, and does its manager run it?
import { fix, pearlctl } from '../../base/fix.ts';
import { findDrift } from '../../service/drift.ts';
import type { Check } from '../check.ts';
import { ok, problem, skipped, warning, withoutStop } from '../finding.ts';

export const service: Check = {
  id: 'service',
  area: 'Service',
  question: 'Is the service installed as it should be, and running',
  async run(context) {
    const { service: installed } = context;
    const state = await context.serviceState();
    if (installed === null || state === null) return skipped('no service is installed (pearlctl install makes one)');
    if (!state.loaded && !state.blocked) {
      return problem(`${installed.kind} does not know ${installed.definitionFile}`, pearlctl('install'));
    }
    if (state.active === 'failed') {
      return problem(
        `it failed${state.failure === null ? '' : `: ${state.failure}`}`,
        fix`${pearlctl('logs')}, then: ${pearlctl('start')}`,
      );
    }
    const drift = (await findDrift(installed, state)).filter((sentence) => !/disabled|masked/.test(sentence));
    if (drift.length > 0) return warning(drift.map(withoutStop).join('; '), pearlctl('install'));
    if (state.active !== 'active') return warning(`it is ${state.active}`, pearlctl('start'));
    const restarts = state.restarts === 0 ? '' : `, restarted ${state.restarts} times by ${installed.kind}`;
    return ok(`${installed.definitionFile}, active${restarts}`);
  },
};
