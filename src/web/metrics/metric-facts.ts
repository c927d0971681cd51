// Which metrics there are, as a pure function of the status: those of the table, and some that are more than one figure. Base
// units, `_total` for counters, no wallet, no label with more than a handful of values. What is not known is left out.
import { LIFECYCLE_STATES, STATUS, type StatusModel } from '../../state/status/status-table.ts';
import type { Metric } from './exposition.ts';
import { tableMetrics, unixSeconds } from './table-metrics.ts';

export function metricsOf(model: StatusModel): Metric[] {
  return [...stateMetrics(model), ...startMetrics(model), ...tableMetrics(STATUS, model), ...sumMetrics(model)];
}

/** Every program that serves metrics has this one, so a file that another program serves must leave it out. */
export const PROCESS_START = 'process_start_time_seconds';

function stateMetrics({ version, state, pauseReason, health, children }: StatusModel): Metric[] {
  const metrics = [
    gauge('pearl_state', 'The lifecycle state: 1 for the current one.', 'state', ones(LIFECYCLE_STATES, state)),
    gauge('pearl_paused', 'Whether mining is paused, and why.', 'reason', {
      [pauseReason ?? 'none']: pauseReason === null ? 0 : 1,
    }),
    single('gauge', 'pearl_health_problems', 'How many things should be seen to.', health.length),
  ];
  if (health.length > 0) {
    const ids = health.map(({ id }) => id);
    metrics.push(gauge('pearl_health', '1 for each thing that should be seen to.', 'id', ones(ids)));
  }
  if (version !== null) metrics.push(gauge('pearl_build_info', 'The running version.', 'version', { [version]: 1 }));
  if (children !== null) {
    const ready = Object.entries(children).map(([name, { state }]) => [name, state === 'ready' ? 1 : 0]);
    metrics.push(gauge('pearl_child_ready', '1 for a child that is ready.', 'child', Object.fromEntries(ready)));
  }
  return metrics;
}

/** Ours, and the reference provider's. */
function startMetrics({ startedAt, uptimeSeconds }: StatusModel): Metric[] {
  if (uptimeSeconds === null || startedAt === null) return [];
  const help = 'Unix time of the start of the supervisor.';
  const names = ['pearl_start_time_seconds', PROCESS_START];
  return names.map((name) => single('gauge', name, help, unixSeconds(startedAt)));
}

function sumMetrics({ shares }: StatusModel): Metric[] {
  if (shares === null) return [];
  const help = 'Proofs rejected, or without a verdict.';
  return [single('counter', 'pearl_gateway_errors_total', help, shares.rejected + shares.unknown)];
}

/** 1 for each name, or for the current one of them. */
function ones(names: readonly string[], current?: string): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, current === undefined || name === current ? 1 : 0]));
}

function gauge(name: string, help: string, label: string, values: Record<string, number>): Metric {
  const samples = Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
  return { name, help, type: 'gauge', samples };
}

function single(type: Metric['type'], name: string, help: string, value: number): Metric {
  return { name, help, type, samples: [{ value }] };
}
