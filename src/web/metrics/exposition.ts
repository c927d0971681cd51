// The Prometheus text format, for the handful of gauges and counters that we have. Written by hand: the usual client
// library costs 49 ms of start-up and 10 MB for histograms, registries and push gateways that nothing here uses.
// Source: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.

export interface Metric {
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  samples: readonly { labels?: Record<string, string>; value: number | bigint }[];
}

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export function renderMetrics(metrics: readonly Metric[]): string {
  return metrics.map(renderMetric).join('');
}

function renderMetric({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => `${name}${renderLabels(labels)} ${renderValue(value)}\n`);
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function renderLabels(labels: Record<string, string> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function renderValue(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isFinite(value)) return value.toString();
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
