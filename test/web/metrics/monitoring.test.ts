// The dashboard and the alert rules that ship with pearlctl, against the metrics that it really has.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { deriveStatus } from '../../../src/state/status/derive.ts';
import { renderMetrics } from '../../../src/web/metrics/exposition.ts';
import { metricsOf } from '../../../src/web/metrics/metric-facts.ts';
import { SITUATIONS } from '../../state/status/facts.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const DASHBOARD = file('../../../templates/grafana/dashboard.json');
const ALERTS = file('../../../templates/grafana/alerts.yml');
const METRICS = Object.values(SITUATIONS).flatMap((facts) => metricsOf(deriveStatus(facts)));

/** In Debian's package prometheus. */
const skip = spawnSync('promtool', ['--version']).status !== 0 && 'needs promtool';

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: unknown;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; datasource: unknown }[];
}
interface Dashboard {
  uid: string;
  id?: unknown;
  schemaVersion: number;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: unknown }[] };
}
const dashboard: Dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8'));
const expressions = dashboard.panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr);

function promtool(args: string[], input = '') {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', input });
  return { status, said: `${stdout}${stderr}` };
}

/** The names and labels of selectors such as `name{label="…"}`. */
function selectors(text: string): { name: string; labels: string[] }[] {
  return [...text.matchAll(/\b((?:pearl|process|node)_[a-z_0-9]+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', inside = '']) => ({
      name,
      labels: [...inside.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}

t.test('every metric and label that dashboard and rules ask for exists', async (t) => {
  const known = new Map<string, Set<string>>();
  for (const { name, samples } of METRICS) {
    const labels = known.get(name) ?? new Set(['instance', 'job']);
    for (const sample of samples) for (const label of Object.keys(sample.labels ?? {})) labels.add(label);
    known.set(name, labels);
  }
  // Of node_exporter itself, for who writes a file for it.
  known.set('node_textfile_mtime_seconds', new Set(['file']));
  const rules = readFileSync(ALERTS, 'utf8').replace(/^\s*#.*$/gm, '');
  const asked = [...expressions, rules].flatMap(selectors);
  t.ok(asked.length > 30, 'there is something to compare');
  for (const { name, labels } of asked) {
    t.ok(known.has(name), name);
    for (const label of labels) t.ok(known.get(name)?.has(label), `${name}{${label}}`);
  }
  const shown = new Set(expressions.flatMap(selectors).map(({ name }) => name));
  for (const name of [
    'pearl_macs_per_second',
    'pearl_shares_total',
    'pearl_job_age_seconds',
    'pearl_child_restarts_total',
    'pearl_resident_memory_bytes',
    'pearl_health',
  ]) {
    t.ok(shown.has(name), `a panel shows ${name}`);
  }
});

t.test(
  'the dashboard is whole: one grid without overlaps, a data source to choose, nothing of another Grafana',
  async (t) => {
    t.equal(dashboard.schemaVersion, 39, 'Grafana 10 to 12 read it, and raise it as they need');
    t.notOk('id' in dashboard, 'Grafana gives the number');
    t.match(dashboard.templating.list[0], { name: 'datasource', type: 'datasource', query: 'prometheus' });
    const ids = dashboard.panels.map(({ id }) => id);
    t.equal(new Set(ids).size, ids.length, 'every panel has an id of its own');
    const taken = new Set<string>();
    for (const { title, type, gridPos, targets, datasource } of dashboard.panels) {
      const { x, y, w, h } = gridPos;
      t.ok(x >= 0 && w > 0 && h > 0 && x + w <= 24, `${title} is inside the grid`);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          t.notOk(taken.has(`${column},${line}`), `${title} covers no other panel`);
          taken.add(`${column},${line}`);
        }
      }
      if (type === 'row') continue;
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana that fills this in.
      t.same(datasource, { type: 'prometheus', uid: '${datasource}' });
      t.ok(targets !== undefined && targets.length > 0, `${title} asks for something`);
      for (const target of targets ?? []) t.same(target.datasource, datasource);
    }
  },
);

t.test(
  'promtool finds nothing wrong with the rules, and they fire when they should and only then',
  { skip },
  async (t) => {
    t.match(promtool(['check', 'rules', '--lint-fatal', ALERTS]), { status: 0 });
    t.match(promtool(['test', 'rules', file('alerts.yml')]), { status: 0 });
  },
);

t.test('the documents name every metric and every alert', async (t) => {
  const page = ['monitoring', 'json-reference']
    .map((name) => readFileSync(file(`../../../docs/${name}.md`), 'utf8'))
    .join('');
  for (const { name } of METRICS) t.ok(page.includes(`\`${name}\``), name);
  const alerts = [...readFileSync(ALERTS, 'utf8').matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);
  t.equal(alerts.length, 12);
  for (const name of alerts) t.ok(page.includes(`\`${name}\``), name);
  const named = [...page.matchAll(/`(pearl_[a-z_]+)`/g)].map(([, name = '']) => name);
  for (const name of named)
    t.ok(
      METRICS.some((metric) => metric.name === name),
      `${name} exists`,
    );
});

t.test('promtool reads every expression of the dashboard', { skip }, async (t) => {
  const folder = t.testdir();
  mkdirSync(folder, { recursive: true });
  const rules = expressions.map((expr, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m'),
  }));
  const path = join(folder, 'panels.json');
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  t.match(promtool(['check', 'rules', path]), { status: 0, said: new RegExp(`${rules.length} rules found`) });
});

t.test('promtool finds nothing wrong with what is served in any situation', { skip }, async (t) => {
  for (const [name, facts] of Object.entries(SITUATIONS)) {
    const { status, said } = promtool(['check', 'metrics'], renderMetrics(metricsOf(deriveStatus(facts))));
    // The reference provider's name without a unit is kept for its readers.
    const others = said
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('pearl_gateway_last_share_timestamp '));
    t.same(others, [], name);
    t.ok(status === 0 || status === 3, 'valid, at most with remarks');
  }
});
