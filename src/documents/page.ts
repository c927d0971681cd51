// docs/json.md, made from the descriptions of the documents. A test holds the page to what this says.
import { ACTING_DOCUMENTS } from './acting.ts';
import { DASHBOARD_DOCUMENT } from './dashboard.ts';
import type { DocumentSpec } from './document.ts';
import { READING_DOCUMENTS } from './reading.ts';
import { STATUS_DOCUMENT } from './status.ts';

const INTRODUCTION = `# JSON

What commands print with \`--json\`. This page is made from the descriptions that real documents are tested against
(\`src/documents/\`).

- Standard output is one object on one line, and nothing else; talk and failures go to standard error.
- \`schemaVersion\` is raised when a key goes away or changes its meaning. Keys are added without raising it: pass over
  those that you do not know.
- A list is \`[]\` when it is empty. \`null\` means not known, or not there; every described key is present, but for those
  of an object that is null.
- Times are ISO 8601 in UTC, units stand in names, whole numbers beyond 2^53 are text.
- In the tables \`a.b\` is a key inside an object, \`a[]\` each item of a list.
`;

/** The document, in Markdown. */
export function renderJsonPage(): string {
  const documents = [STATUS_DOCUMENT, ...Object.values(READING_DOCUMENTS), ...Object.values(ACTING_DOCUMENTS)];
  documents.push(DASHBOARD_DOCUMENT);
  return [INTRODUCTION, ...documents.map(section)].join('\n');
}

function section({ command, about, schemaVersion, keys }: DocumentSpec): string {
  const version = schemaVersion === null ? '' : ` Version ${schemaVersion}.`;
  const rows = Object.entries(keys).map(([key, [type, meaning]]) => {
    const cells = [`\`${key}\``, type, meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `## ${command}\n\n${about}${version}\n\n| key | type | |\n|---|---|---|\n${rows.join('\n')}\n`;
}
