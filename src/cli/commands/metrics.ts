// `pearlctl metrics`: the figures for monitoring, without a running HTTP server.
import { writeFileAtomically } from '../../base/atomic-file.ts';
import { EXIT, errnoOf, isDiskFull, PearlError } from '../../base/errors.ts';
import { fix, pearlctl } from '../../base/fix.ts';
import { openSystemFiles } from '../../miner/system-files.ts';
import { readTemplate } from '../../service/fill-template.ts';
import { readStatus } from '../../state/status/gather.ts';
import { readHeat } from '../../supervisor/policy/temperature.ts';
import { renderMetrics } from '../../web/metrics/exposition.ts';
import { hiveStats } from '../../web/metrics/hive.ts';
import { metricsOf } from '../../web/metrics/metric-facts.ts';
import { forTextfile } from '../../web/metrics/textfile.ts';
import { defineCommand } from '../command.ts';

const TEMPLATES = { dashboard: 'grafana/dashboard.json', alerts: 'grafana/alerts.yml' } as const;
/** The collector of the figures runs under another account; there is nothing secret in them. */
const READABLE = 0o644;

export const command = defineCommand({
  description:
    'Prints what the supervisor serves at /metrics, made from its state files, also when nothing runs. With --textfile ' +
    'it goes to a file for the textfile collector of node_exporter, with --hive as JSON with the keys khs and stats to ' +
    'a file for the h-stats.sh of HiveOS; both are replaced by renaming, so that a reader never sees a part. Run it every ' +
    'minute from cron or a systemd timer, where two services are installed with --scope: that says which. The dashboard and the alert rules load in a stock Grafana and Prometheus.',
  examples: [
    ['pearlctl metrics', 'The Prometheus text'],
    [
      '* * * * * pearlctl metrics --textfile /var/lib/prometheus/node-exporter/pearlctl.prom',
      'A line of root’s crontab, for node_exporter',
    ],
    [
      'systemd-run --on-calendar=minutely pearlctl metrics --textfile /var/lib/prometheus/node-exporter/pearlctl.prom',
      'The same as a timer, until the next boot',
    ],
    ['pearlctl metrics --hive /run/pearlctl.json', 'For HiveOS: khs=$(jq .khs FILE), stats=$(jq -c .stats FILE)'],
    ['pearlctl metrics --template dashboard > pearlctl.json', 'To be imported by Grafana'],
    ['pearlctl metrics --template alerts > pearlctl.rules.yml', 'A rule_files entry of prometheus.yml'],
  ],
  options: {
    textfile: {
      type: 'string',
      describe: 'Write them to this file, whose name ends in .prom',
      placeholder: 'FILE',
      conflicts: ['hive', 'template'],
    },
    hive: {
      type: 'string',
      describe: 'Write the stats of HiveOS to this file; - prints them',
      placeholder: 'FILE',
      conflicts: 'template',
    },
    template: { choices: ['dashboard', 'alerts'], describe: 'Print this for Grafana or Prometheus' },
  },
  async run({ textfile, hive, template }, context) {
    if (template !== undefined) {
      const text = readTemplate(TEMPLATES[template as keyof typeof TEMPLATES]);
      context.print(text, { schemaVersion: 1, template, text });
      return EXIT.ok;
    }
    if (textfile !== undefined) checkTextfile(textfile);
    const model = await readStatus(context.paths);
    if (hive !== undefined) {
      const stats = hiveStats(model, readHeat(openSystemFiles()).celsius);
      const text = `${JSON.stringify(stats)}\n`;
      if (hive !== '-') write(hive, text);
      if (hive === '-' || context.json)
        context.print(text, { schemaVersion: 1, file: hive === '-' ? null : hive, ...stats });
      return EXIT.ok;
    }
    const metrics = textfile === undefined ? metricsOf(model) : forTextfile(metricsOf(model), context.paths.instance);
    const text = renderMetrics(metrics);
    if (textfile !== undefined) write(textfile, text);
    if (textfile === undefined || context.json) {
      context.print(text, { schemaVersion: 1, file: textfile ?? null, metrics: metrics.map(plain) });
    }
    return EXIT.ok;
  },
});

function checkTextfile(file: string): void {
  if (file.endsWith('.prom')) return;
  throw new PearlError('USAGE', `node_exporter reads files whose name ends in .prom, and ${file} does not.`, {
    hint: fix`Try: ${pearlctl('metrics', '--textfile', `${file.replace(/\/+$/, '')}${file.endsWith('/') ? '/pearlctl' : ''}.prom`)}`,
  });
}

/** Says nothing when it went well: it is run every minute. */
function write(file: string, text: string): void {
  try {
    writeFileAtomically(file, text, { mode: READABLE, durable: false });
  } catch (cause) {
    if (isDiskFull(cause)) {
      throw new PearlError('DISK_FULL', `The disk of ${file} is full.`, { hint: 'Free some space there.', cause });
    }
    const errno = errnoOf(cause);
    const denied = errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS';
    throw new PearlError(denied ? 'NO_PERMISSION' : 'USAGE', `${file} cannot be written (${errno ?? String(cause)}).`, {
      hint: denied ? 'Run it as the owner of that folder: sudo pearlctl metrics …' : 'The folder must exist already.',
      cause,
    });
  }
}

/** 64-bit counters pass what a JSON number holds: they are text there. */
function plain({ samples, ...metric }: ReturnType<typeof metricsOf>[number]) {
  const values = samples.map(({ labels, value }) => ({ labels: labels ?? {}, value: String(value) }));
  return { ...metric, samples: values };
}
