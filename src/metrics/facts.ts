// Which metrics there are, as a pure function of what the supervisor knows. Base units, `_total` for counters, no wallet,
// no label with more than a handful of values; the reference provider's six names come first.
import type { Metric } from './exposition.ts';

export interface MetricFacts {
  version: string;
  /** The lifecycle state, and all there are. */
  state: string;
  states: readonly string[];
  startedAtSeconds: number;
  macs: bigint;
  shares: { submitted: number; accepted: number; rejected: number; stale: number; dropped: number; unknown: number };
  blocksAccepted: number;
  /** Unix seconds; 0 before the first. */
  lastShareAtSeconds: number;
  jobAgeSeconds: number | null;
  restarts: Record<string, number>;
  /** Null while it mines. */
  pauseReason: string | null;
  macsPerSecond: number;
}

export function metricsOf(facts: MetricFacts): Metric[] {
  return [...referenceMetrics(facts), ...ownMetrics(facts)];
}

/** The names that readers of the reference provider ask for. */
function referenceMetrics({ shares, ...facts }: MetricFacts): Metric[] {
  return [
    counter('pearl_gateway_shares_submitted_total', 'Proofs that a verdict was asked for.', shares.submitted),
    counter('pearl_gateway_shares_accepted_total', 'Proofs that were accepted.', shares.accepted),
    counter('pearl_gateway_blocks_found_total', 'Accepted proofs that made a block.', facts.blocksAccepted),
    gauge(
      'pearl_gateway_last_share_timestamp',
      'Unix time of the last verdict, 0 before it.',
      facts.lastShareAtSeconds,
    ),
    counter('pearl_gateway_errors_total', 'Proofs rejected, or without a verdict.', shares.rejected + shares.unknown),
    gauge('process_start_time_seconds', 'Unix time of the start of the supervisor.', facts.startedAtSeconds),
  ];
}

function ownMetrics(facts: MetricFacts): Metric[] {
  const { accepted, rejected, stale, dropped, unknown } = facts.shares;
  const results = { accepted, rejected, stale, dropped, unknown };
  const metrics: Metric[] = [
    {
      name: 'pearl_build_info',
      help: 'The running version.',
      type: 'gauge',
      samples: [{ labels: { version: facts.version }, value: 1 }],
    },
    {
      name: 'pearl_state',
      help: 'The lifecycle state: 1 for the current one.',
      type: 'gauge',
      samples: facts.states.map((state) => ({ labels: { state }, value: state === facts.state ? 1 : 0 })),
    },
    counter('pearl_macs_total', 'Multiply-accumulates done by the miner.', facts.macs),
    gauge('pearl_macs_per_second', 'Multiply-accumulates per second over the last minute.', facts.macsPerSecond),
    {
      name: 'pearl_shares_total',
      help: 'Proofs by what became of them.',
      type: 'counter',
      samples: Object.entries(results).map(([result, value]) => ({ labels: { result }, value })),
    },
    counter('pearl_blocks_found_total', 'Accepted proofs that made a block.', facts.blocksAccepted),
    gauge(
      'pearl_last_share_timestamp_seconds',
      'Unix time of the last verdict, 0 before it.',
      facts.lastShareAtSeconds,
    ),
    {
      name: 'pearl_child_restarts_total',
      help: 'Restarts of a child since the supervisor started.',
      type: 'counter',
      samples: Object.entries(facts.restarts).map(([child, value]) => ({ labels: { child }, value })),
    },
    {
      name: 'pearl_paused',
      help: 'Whether mining is paused, and why.',
      type: 'gauge',
      samples: [{ labels: { reason: facts.pauseReason ?? 'none' }, value: facts.pauseReason === null ? 0 : 1 }],
    },
  ];
  if (facts.jobAgeSeconds !== null) {
    metrics.push(gauge('pearl_job_age_seconds', 'Age of the current job.', facts.jobAgeSeconds));
  }
  return metrics;
}

function counter(name: string, help: string, value: number | bigint): Metric {
  return { name, help, type: 'counter', samples: [{ value }] };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', samples: [{ value }] };
}
