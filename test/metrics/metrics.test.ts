import t from 'tap';
import { type Metric, renderMetrics } from '../../src/metrics/exposition.ts';
import { type MetricFacts, metricsOf } from '../../src/metrics/facts.ts';

const FACTS: MetricFacts = {
  version: '0.1.0',
  state: 'running',
  states: ['starting', 'running'],
  startedAtSeconds: 1_700_000_000.5,
  macs: 12_345_678_901_234_567_890n,
  macsPerSecond: 5e11,
  shares: { submitted: 10, accepted: 7, rejected: 1, stale: 1, dropped: 3, unknown: 1 },
  blocksAccepted: 2,
  lastShareAtSeconds: 1_700_000_100,
  jobAgeSeconds: 1.5,
  restarts: { gateway: 0, miner: 2 },
  pauseReason: null,
};

/** A small reader of the exposition format, strict about what it takes. */
function parse(text: string): Map<string, string> {
  const samples = new Map<string, string>();
  const typed = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const type = /^# TYPE ([a-z_]+) (?:counter|gauge)$/.exec(line)?.[1];
    if (type !== undefined) typed.add(type);
    if (line.startsWith('#')) continue;
    const [, name, labels = '', value = ''] =
      /^([a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || !typed.has(name)) throw new Error(`not a sample: ${line}`);
    if (samples.has(name + labels)) throw new Error(`twice: ${line}`);
    samples.set(name + labels, value);
  }
  return samples;
}

t.test('the six names of the reference provider are there, and our own', async (t) => {
  const samples = parse(renderMetrics(metricsOf(FACTS)));
  t.equal(samples.get('pearl_gateway_shares_submitted_total'), '10');
  t.equal(samples.get('pearl_gateway_shares_accepted_total'), '7');
  t.equal(samples.get('pearl_gateway_blocks_found_total'), '2');
  t.equal(samples.get('pearl_gateway_last_share_timestamp'), '1700000100');
  t.equal(samples.get('pearl_gateway_errors_total'), '2');
  t.equal(samples.get('process_start_time_seconds'), '1700000000.5');
  t.equal(samples.get('pearl_state{state="running"}'), '1');
  t.equal(samples.get('pearl_state{state="starting"}'), '0');
  t.equal(samples.get('pearl_macs_total'), '12345678901234567890', 'exact beyond 2^53');
  t.equal(samples.get('pearl_shares_total{result="stale"}'), '1');
  t.equal(samples.get('pearl_child_restarts_total{child="miner"}'), '2');
  t.equal(samples.get('pearl_paused{reason="none"}'), '0');
  t.equal(samples.get('pearl_job_age_seconds'), '1.5');
  t.notOk(parse(renderMetrics(metricsOf({ ...FACTS, jobAgeSeconds: null }))).has('pearl_job_age_seconds'));
});

t.test('values that would break the format are escaped', async (t) => {
  const metric: Metric = {
    name: 'm',
    help: 'a\nb\\c',
    type: 'gauge',
    samples: [{ labels: { reason: 'say "hi"\n\\' }, value: Number.POSITIVE_INFINITY }],
  };
  t.equal(renderMetrics([metric]), '# HELP m a\\nb\\\\c\n# TYPE m gauge\nm{reason="say \\"hi\\"\\n\\\\"} +Inf\n');
});
