import t from 'tap';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { LIFECYCLE_STATES } from '../../../src/state/status/status-table.ts';
import { type Metric, renderMetrics } from '../../../src/web/metrics/exposition.ts';
import { metricsOf } from '../../../src/web/metrics/metric-facts.ts';
import { forTextfile } from '../../../src/web/metrics/textfile.ts';
import { RUNNING, SITUATIONS } from '../../state/status/facts.ts';

const FACTS = deriveStatus(RUNNING);
/** A counter beyond 2^53, and nothing of what may be unknown. */
const BARE = { ...FACTS, macs: '12345678901234567890', job: null, impliedRate: null };

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
  for (const [name, value] of Object.entries({
    pearl_gateway_shares_submitted_total: '16',
    pearl_gateway_shares_accepted_total: '14',
    pearl_gateway_blocks_found_total: '14',
    pearl_gateway_last_share_timestamp: '1767323021',
    pearl_gateway_errors_total: '1',
    pearl_shares_unknown: '0',
    process_start_time_seconds: '1767319320',
    'pearl_state{state="running"}': '1',
    'pearl_state{state="starting"}': '0',
    'pearl_shares_total{result="stale"}': '1',
    'pearl_child_restarts_total{child="miner"}': '0',
    'pearl_child_ready{child="miner"}': '1',
    'pearl_paused{reason="none"}': '0',
    pearl_job_age_seconds: '1.5',
    pearl_share_expected_seconds: '2.05',
    'pearl_implied_macs_per_second{bound="high"}': '538500000000',
    'pearl_resident_memory_bytes{process="miner"}': '412000000',
    pearl_health_problems: '0',
  })) {
    t.equal(samples.get(name), value, name);
  }
  const bare = parse(renderMetrics(metricsOf(BARE)));
  t.equal(bare.get('pearl_macs_total'), '12345678901234567890', 'exact beyond 2^53');
  t.notOk(bare.has('pearl_job_age_seconds'), 'what is not known is left out');
  t.notMatch(renderMetrics(metricsOf(FACTS)), /rprl1/, 'no wallet');
});

t.test('every situation has metrics that can be read, with exactly one state', async (t) => {
  for (const [name, facts] of Object.entries(SITUATIONS)) {
    const samples = parse(renderMetrics(metricsOf(deriveStatus(facts))));
    const states = [...samples].filter(([sample]) => sample.startsWith('pearl_state{'));
    t.equal(states.length, LIFECYCLE_STATES.length, name);
    t.equal(states.filter(([, value]) => value === '1').length, 1, name);
  }
});

t.test('a file for node_exporter can lie beside another one, and beside its own metrics', async (t) => {
  const ours = parse(renderMetrics(forTextfile(metricsOf(FACTS), null)));
  const second = parse(renderMetrics(forTextfile(metricsOf(FACTS), 'second')));
  t.notOk(ours.has('process_start_time_seconds'), 'node_exporter serves that name itself');
  t.ok(ours.has('pearl_start_time_seconds'));
  t.equal(second.size, ours.size);
  t.same(
    [...second.keys()].filter((sample) => ours.has(sample)),
    [],
  );
  t.equal(second.get('pearl_state{pearlctl_instance="second",state="running"}'), '1');
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
