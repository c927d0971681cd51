// The metrics as a file for the textfile collector of node_exporter, which serves them beside its own. Pure.
// Source: github.com/prometheus/node_exporter, "Textfile Collector": *.prom, no timestamps, made by renaming.
import type { Metric } from './exposition.ts';
import { PROCESS_START } from './metric-facts.ts';

/**
 * What may stand in such a file: node_exporter refuses everything when a name with the same labels comes twice, be it its
 * own start time or the same metric of another instance. So the former is left out, and a named instance is a label.
 */
export function forTextfile(metrics: readonly Metric[], instance: string | null): Metric[] {
  return metrics
    .filter(({ name }) => name !== PROCESS_START)
    .map((metric) => (instance === null ? metric : { ...metric, samples: metric.samples.map(labelled(instance)) }));
}

/** `instance` itself is Prometheus' own name for where it scraped. */
function labelled(instance: string) {
  return (sample: Metric['samples'][number]) => ({
    ...sample,
    labels: { pearlctl_instance: instance, ...sample.labels },
  });
}
