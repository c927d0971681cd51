// docs/json-reference.md, made from the descriptions of the documents. A test holds the page to what this says.
import { STATUS } from '../../src/state/status/status-table.ts';
import { OWN_METRICS } from '../../src/web/metrics/metric-facts.ts';
import { metricsIn } from '../../src/web/metrics/table-metrics.ts';
import { ACTING_DOCUMENTS } from './acting.ts';
import { CONFIGURATION_DOCUMENTS } from './configuration-document.ts';
import { DASHBOARD_DOCUMENT, HISTORY_DOCUMENT } from './dashboard-keys.ts';
import type { DocumentSpec } from './document.ts';
import { MEASURING_DOCUMENTS } from './measuring.ts';
import { READING_DOCUMENTS } from './reading.ts';
import { STATUS_DOCUMENT } from './status-document.ts';

const INTRODUCTION = `# Every key of every JSON document

Made from the descriptions that real documents are tested against (\`scripts/docs/\`). [json.md](json.md) has the rules and
what scripts want most. In the tables \`a.b\` is a key inside an object, \`a[]\` each item of a list.
`;

/** All of them, in the order of the page. */
export const DOCUMENTS = {
  status: STATUS_DOCUMENT,
  ...READING_DOCUMENTS,
  ...CONFIGURATION_DOCUMENTS,
  ...MEASURING_DOCUMENTS,
  ...ACTING_DOCUMENTS,
  history: HISTORY_DOCUMENT,
  dashboard: DASHBOARD_DOCUMENT,
} as const satisfies Record<string, DocumentSpec>;

export type DocumentName = keyof typeof DOCUMENTS;

/** The page, in Markdown. */
export function renderJsonReference(): string {
  return [INTRODUCTION, ...Object.values(DOCUMENTS).map(section), metricsSection()].join('\n');
}

function section({ command, about, schemaVersion, keys }: DocumentSpec): string {
  const version = schemaVersion === null ? '' : ` Version ${schemaVersion}.`;
  const rows = Object.entries(keys).map(([key, [type, meaning]]) => {
    const cells = [`\`${key}\``, type, meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `## ${command}\n\n${about}${version}\n\n| key | type | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** The names that the Prometheus text and `pearlctl metrics --json` have, each with its labels. */
function metricsSection(): string {
  const rows = new Map<string, { type: string; labels: string; help: string }>();
  for (const { name, type, help, label } of metricsIn(STATUS)) {
    const before = rows.get(name)?.labels;
    const value = label === undefined ? '' : `\`${label[1]}\``;
    const labels = before === undefined ? `\`${label?.[0]}\`: ${value}` : `${before}, ${value}`;
    rows.set(name, { type, help, labels: label === undefined ? '' : labels });
  }
  for (const { name, type, help, ...head } of Object.values(OWN_METRICS)) {
    rows.set(name, { type, help, labels: 'label' in head ? `\`${head.label}\`` : '' });
  }
  const lines = [...rows].map(([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels} | ${help} |`);
  const about = 'What `/metrics` and `pearlctl metrics` give to Prometheus. What is not known is left out.';
  return `## Metrics\n\n${about}\n\n| name | type | labels | |\n|---|---|---|---|\n${lines.join('\n')}\n`;
}
