// Does a supervisor run, and what does it say of itself and its children? The same words as `status`.
import { type FixCommand, fixText, pearlctl } from '../../base/fix.ts';
import { type JudgedStatus, judgeStatus } from '../../state/status/derive.ts';
import { readStatusFacts } from '../../state/status/gather.ts';
import type { Look } from '../check.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

export const supervisor: Look = {
  id: 'supervisor',
  question: 'Does the supervisor run, and are its children well',
  async run({ paths }) {
    return judgeSupervisor(judgeStatus(await readStatusFacts(paths)));
  },
};

function judgeSupervisor(model: JudgedStatus): Finding {
  const { state, stateReason, health } = model;
  const [first] = health;
  const fixOr = (otherwise: FixCommand) => (first === undefined || fixText(first.fix) === '' ? otherwise : first.fix);
  const why = first?.text.replace(/\.$/, '') ?? stateReason ?? state;
  switch (state) {
    case 'not_configured':
    case 'configured':
    case 'stopped':
    case 'stopping':
      return skipped(`nothing runs: ${state.replace('_', ' ')}`);
    case 'failed':
      return problem(why, fixOr(pearlctl('logs')));
    case 'degraded':
    case 'outdated-rules':
      return problem(`${state.replace('-', ' ')}: ${why}`, fixOr(pearlctl('logs')));
    case 'starting':
    case 'running':
    case 'paused':
    case 'waiting':
      return first === undefined ? ok(running(model)) : warning(why, fixOr(pearlctl('status')));
  }
}

function running({ state, stateReason, supervisor: process, children }: JudgedStatus): string {
  const restarts = (children?.gateway.restarts ?? 0) + (children?.miner.restarts ?? 0);
  const often = restarts === 0 ? '' : `, children restarted ${restarts} times`;
  const why = stateReason === null ? '' : `: ${stateReason}`;
  return `${state}${why} (process ${process?.pid}${often})`;
}
