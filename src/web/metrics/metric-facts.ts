// Which metrics there are, as a pure function of the status. Base units, `_total` for counters, no wallet, no label with more
// than a handful of values; the reference provider's six names come first. What is not known is left out.
import type { ChildStatus, StatusModel } from '../../state/status/status-model.ts';
import { LIFECYCLE_STATES } from '../../state/status/status-model.ts';
import type { Metric } from './exposition.ts';

export function metricsOf(model: StatusModel): Metric[] {
  return [...referenceMetrics(model), ...stateMetrics(model), ...miningMetrics(model), ...processMetrics(model)];
}

/** The names that readers of the reference provider ask for. */
function referenceMetrics({ shares, blocks, startedAt, uptimeSeconds }: StatusModel): Metric[] {
  const metrics: Metric[] = [];
  if (shares !== null) {
    metrics.push(
      counter('pearl_gateway_shares_submitted_total', 'Proofs that a verdict was asked for.', shares.submitted),
      counter('pearl_gateway_shares_accepted_total', 'Proofs that were accepted.', shares.accepted),
      counter(
        'pearl_gateway_blocks_found_total',
        'Accepted proofs that made a block.',
        blocks === null ? 0 : blocks.accepted,
      ),
      gauge('pearl_gateway_last_share_timestamp', 'Unix time of the last verdict, 0 before it.', unix(shares.lastAt)),
      counter('pearl_gateway_errors_total', 'Proofs rejected, or without a verdict.', shares.rejected + shares.unknown),
    );
  }
  if (uptimeSeconds !== null && startedAt !== null) {
    metrics.push(gauge(PROCESS_START, 'Unix time of the start of the supervisor.', unix(startedAt)));
  }
  return metrics;
}

/** Every program that serves metrics has this one, so a file that another program serves must leave it out. */
export const PROCESS_START = 'process_start_time_seconds';

function stateMetrics({ version, state, startedAt, uptimeSeconds, pauseReason, health }: StatusModel): Metric[] {
  const metrics: Metric[] = [
    {
      name: 'pearl_state',
      help: 'The lifecycle state: 1 for the current one.',
      type: 'gauge',
      samples: LIFECYCLE_STATES.map((name) => ({ labels: { state: name }, value: name === state ? 1 : 0 })),
    },
    {
      name: 'pearl_paused',
      help: 'Whether mining is paused, and why.',
      type: 'gauge',
      samples: [{ labels: { reason: pauseReason ?? 'none' }, value: pauseReason === null ? 0 : 1 }],
    },
    gauge('pearl_health_problems', 'How many things should be seen to.', health.length),
  ];
  if (health.length > 0) {
    const samples = [...new Set(health.map(({ id }) => id))].map((id) => ({ labels: { id }, value: 1 }));
    metrics.push({ name: 'pearl_health', help: '1 for each thing that should be seen to.', type: 'gauge', samples });
  }
  if (version !== null) {
    const samples = [{ labels: { version }, value: 1 }];
    metrics.push({ name: 'pearl_build_info', help: 'The running version.', type: 'gauge', samples });
  }
  if (uptimeSeconds !== null && startedAt !== null) {
    metrics.push(gauge('pearl_start_time_seconds', 'Unix time of the start of the supervisor.', unix(startedAt)));
  }
  return metrics;
}

function miningMetrics({ macs, rate, impliedRate, shares, blocks, job }: StatusModel): Metric[] {
  const metrics: Metric[] = [];
  if (macs !== null) {
    metrics.push(counter('pearl_macs_total', 'Multiply-accumulates done by the miner.', BigInt(macs)));
  }
  if (rate !== null) {
    const help = 'Multiply-accumulates per second over the last minute.';
    metrics.push(gauge('pearl_macs_per_second', help, rate.macsPerSecond60s));
  }
  if (impliedRate !== null) {
    const { lowMacsPerSecond: low, macsPerSecond: mean, highMacsPerSecond: high } = impliedRate;
    metrics.push({
      name: 'pearl_implied_macs_per_second',
      help: 'The rate that accepted shares imply, with its 95 % interval.',
      type: 'gauge',
      samples: Object.entries({ low, mean, high }).map(([bound, value]) => ({ labels: { bound }, value })),
    });
  }
  if (shares !== null) metrics.push(...shareMetrics(shares));
  if (blocks !== null) {
    metrics.push(counter('pearl_blocks_found_total', 'Accepted proofs that made a block.', blocks.accepted));
  }
  if (job !== null) metrics.push(gauge('pearl_job_age_seconds', 'Age of the current job.', job.ageSeconds));
  return metrics;
}

function shareMetrics(shares: NonNullable<StatusModel['shares']>): Metric[] {
  const { accepted, rejected, stale, dropped, unknown, lastAt, expectedSeconds } = shares;
  const metrics: Metric[] = [
    {
      name: 'pearl_shares_total',
      help: 'Proofs by what became of them.',
      type: 'counter',
      samples: Object.entries({ accepted, rejected, stale, dropped, unknown }).map(([result, value]) => ({
        labels: { result },
        value,
      })),
    },
    gauge('pearl_last_share_timestamp_seconds', 'Unix time of the last verdict, 0 before it.', unix(lastAt)),
  ];
  if (expectedSeconds !== null) {
    const help = 'Mean time to a share of the current job at the current rate.';
    metrics.push(gauge('pearl_share_expected_seconds', help, expectedSeconds));
  }
  return metrics;
}

function processMetrics({ supervisor, children }: StatusModel): Metric[] {
  if (children === null) return [];
  const metrics: Metric[] = [
    childMetric('pearl_child_ready', 'gauge', '1 for a child that is ready.', children, ({ state }) =>
      state === 'ready' ? 1 : 0,
    ),
    childMetric(
      'pearl_child_restarts_total',
      'counter',
      'Restarts of a child since the supervisor started.',
      children,
      ({ restarts }) => restarts,
    ),
  ];
  const bytes = {
    supervisor: supervisor?.memoryBytes ?? null,
    gateway: children.gateway.memoryBytes,
    miner: children.miner.memoryBytes,
  };
  const samples = Object.entries(bytes).flatMap(([process, value]) =>
    value === null ? [] : [{ labels: { process }, value }],
  );
  if (samples.length > 0) {
    const help = 'Physical memory of each process.';
    metrics.push({ name: 'pearl_resident_memory_bytes', help, type: 'gauge', samples });
  }
  return metrics;
}

function childMetric(
  name: string,
  type: Metric['type'],
  help: string,
  children: NonNullable<StatusModel['children']>,
  figureOf: (child: ChildStatus) => number,
): Metric {
  const samples = Object.entries(children).map(([child, status]) => ({ labels: { child }, value: figureOf(status) }));
  return { name, help, type, samples };
}

function counter(name: string, help: string, value: number | bigint): Metric {
  return { name, help, type: 'counter', samples: [{ value }] };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}

/** Unix seconds, 0 for no moment. */
function unix(iso: string | null): number {
  const milliseconds = Date.parse(iso ?? '');
  return Number.isFinite(milliseconds) ? milliseconds / 1000 : 0;
}
