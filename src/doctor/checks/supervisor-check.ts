// Does a supervisor run, and what does it say of itself and its children? The same words as `status`.

import { readStatus } from '../../state/status/gather.ts';
import type { StatusModel } from '../../state/status/status-model.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

export const supervisor: Check = {
  id: 'supervisor',
  area: 'Mining',
  question: 'Does the supervisor run, and are its children well',
  async run({ paths }) {
    return judge(await readStatus(paths));
  },
};

export function judge(model: StatusModel): Finding {
  const { state, stateReason, health } = model;
  const [first] = health;
  const why = first?.text.replace(/\.$/, '') ?? stateReason ?? state;
  switch (state) {
    case 'not_configured':
    case 'configured':
    case 'stopped':
    case 'stopping':
      return skipped(`nothing runs: ${state.replace('_', ' ')}`);
    case 'failed':
      return problem(why, first?.fix || 'pearlctl logs');
    case 'degraded':
      return problem(`degraded: ${why}`, first?.fix || 'pearlctl logs');
    case 'starting':
    case 'running':
    case 'paused':
      return first === undefined ? ok(running(model)) : warning(why, first.fix || 'pearlctl status');
  }
}

function running({ state, stateReason, supervisor: process, children }: StatusModel): string {
  const restarts = (children?.gateway.restarts ?? 0) + (children?.miner.restarts ?? 0);
  const often = restarts === 0 ? '' : `, children restarted ${restarts} times`;
  const why = stateReason === null ? '' : `: ${stateReason}`;
  return `${state}${why} (process ${process?.pid}${often})`;
}
