// The rules and moments that the tests of the supervisor's table share.
import type { RestartPolicy } from '../../src/config/configuration.ts';
import type { ChildName } from '../../src/state/table/session-table.ts';
import type { ChildEvent } from '../../src/supervisor/children/child-table.ts';
import type { Working } from '../../src/supervisor/policy/working.ts';
import type { SupervisorEvent, SupervisorRules } from '../../src/supervisor/supervisor-table.ts';

export const POLICY: RestartPolicy = {
  restart: 'on-failure',
  backoffInitialMs: 500,
  backoffMaxMs: 30_000,
  healthyAfterMs: 60_000,
  limit: { count: 10, windowMs: 600_000 },
};

export const RULES: SupervisorRules = {
  gateway: {
    name: 'gateway',
    policy: POLICY,
    stopSteps: [
      { signal: 'SIGTERM', waitMs: 5000 },
      { signal: 'SIGKILL', waitMs: 30_000 },
    ],
    proofTimeoutMs: 300_000,
    startTimeoutMs: 60_000,
  },
  miner: {
    name: 'miner',
    policy: POLICY,
    stopSteps: [
      { signal: 'SIGTERM', waitMs: 2000 },
      { signal: 'SIGKILL', waitMs: 30_000 },
    ],
    proofTimeoutMs: 0,
    startTimeoutMs: null,
  },
};

export const CLOCK = { nowMs: 1000, random: 0.5 };
export const KILLED: ChildEvent = { type: 'exit', exit: { code: null, signal: 'SIGKILL', message: null } };

export const FULL: Working = { level: 'full', dutyPercent: 100, reason: null, text: null };
export const LIGHT: Working = { level: 'light', dutyPercent: 25, reason: 'heat', text: 'it is hot' };
export const OFF: Working = { level: 'off', dutyPercent: 0, reason: 'user', text: 'paused on request' };

export function of(name: ChildName, event: ChildEvent): SupervisorEvent {
  return { type: 'child', name, event };
}
