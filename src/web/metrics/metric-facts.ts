// Which metrics there are, as a pure function of the status: those of the table, and some that are more than one figure. Base
// units, `_total` for counters, no wallet, no label with more than a handful of values. What is not known is left out.
import { LIFECYCLE_STATES, STATUS, type StatusModel } from '../../state/status/status-table.ts';
import type { Metric } from './exposition.ts';
import { tableMetrics, unixSeconds } from './table-metrics.ts';

export function metricsOf(model: StatusModel): Metric[] {
  return [...stateMetrics(model), ...startMetrics(model), ...tableMetrics(STATUS, model)];
}

/** Every program that serves metrics has this one, so a file that another program serves must leave it out. */
export const PROCESS_START = 'process_start_time_seconds';

interface MetricHead {
  readonly name: string;
  readonly type: Metric['type'];
  readonly help: string;
  readonly label?: string;
}

const START_HELP = 'Unix time of the start of the supervisor.';

/** The metrics that are not a figure of the table. */
export const OWN_METRICS = {
  state: { name: 'pearl_state', type: 'gauge', help: 'The lifecycle state: 1 for the current one.', label: 'state' },
  paused: { name: 'pearl_paused', type: 'gauge', help: 'Whether mining is paused, and why.', label: 'reason' },
  slowed: {
    name: 'pearl_slowed',
    type: 'gauge',
    help: 'Whether only a part of the time is worked, and why.',
    label: 'reason',
  },
  problems: { name: 'pearl_health_problems', type: 'gauge', help: 'How many things should be seen to.' },
  health: { name: 'pearl_health', type: 'gauge', help: '1 for each thing that should be seen to.', label: 'id' },
  build: { name: 'pearl_build_info', type: 'gauge', help: 'The running version.', label: 'version' },
  ready: { name: 'pearl_child_ready', type: 'gauge', help: '1 for a child that is ready.', label: 'child' },
  start: { name: 'pearl_start_time_seconds', type: 'gauge', help: START_HELP },
  processStart: { name: PROCESS_START, type: 'gauge', help: START_HELP },
} as const satisfies Record<string, MetricHead>;

function stateMetrics({ version, state, pauseReason, working, health, children }: StatusModel): Metric[] {
  const slowed = working?.level === 'light' ? working.reason : null;
  const metrics = [
    metric(OWN_METRICS.state, ones(LIFECYCLE_STATES, state)),
    metric(OWN_METRICS.paused, { [pauseReason ?? 'none']: pauseReason === null ? 0 : 1 }),
    metric(OWN_METRICS.slowed, { [slowed ?? 'none']: slowed === null ? 0 : 1 }),
    metric(OWN_METRICS.problems, health.length),
  ];
  if (health.length > 0) metrics.push(metric(OWN_METRICS.health, ones(health.map(({ id }) => id))));
  if (version !== null) metrics.push(metric(OWN_METRICS.build, { [version]: 1 }));
  if (children !== null) {
    const ready = Object.entries(children).map(([name, { state }]) => [name, state === 'ready' ? 1 : 0]);
    metrics.push(metric(OWN_METRICS.ready, Object.fromEntries(ready)));
  }
  return metrics;
}

/** Ours, and the reference provider's. */
function startMetrics({ startedAt, uptimeSeconds }: StatusModel): Metric[] {
  if (uptimeSeconds === null || startedAt === null) return [];
  return [OWN_METRICS.start, OWN_METRICS.processStart].map((head) => metric(head, unixSeconds(startedAt)));
}

/** 1 for each name, or for the current one of them. */
function ones(names: readonly string[], current?: string): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, current === undefined || name === current ? 1 : 0]));
}

/** With one value, or with one for each value of its label. */
function metric({ name, type, help, label = '' }: MetricHead, values: number | Record<string, number>): Metric {
  if (typeof values === 'number') return { name, help, type, samples: [{ value: values }] };
  const samples = Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
  return { name, help, type, samples };
}
