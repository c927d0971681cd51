// docs/configuration.md, made from the table of keys. A test holds the document to what this says.
import type { Key } from '../../src/config/key.ts';
import { SECTIONS } from '../../src/config/keys.ts';

const INTRODUCTION = `# Configuration

\`pearlctl.ini\`. This page is made from the table that reads it (\`src/config/keys.ts\`).

- One \`key = value\` on a line, under its \`[section]\`; a key with \`[]\` may come several times, in order.
- \`;\` or \`#\` begins a comment, at the start of a line or after white space.
- A value with \`;\`, \`#\`, a quote or a backslash in it stands in double quotes, in which \`\\\\\` is a backslash and \`\\"\` a quote;
  in single quotes everything stands for itself.
- Unknown sections and keys, keys or sections that come twice, and lines that are none of these are errors with the line's
  number. \`pearlctl config validate\` shows all of them; nothing starts before there are none.
- Passwords are not in this file: \`*_env\` names a variable, \`*_file\` a file of mode 0600. (A pool's \`pass\` is no secret.)
- Sizes are binary (\`512M\` is 512 MiB), durations have their unit (\`500ms\`, \`1s\`, \`10m\`, \`2h\`).

## Which gateway on which network

| network | kind |
|---|---|
| devnet | devnet |
| mainnet | pool, external, attached |
| testnet, testnet2, simnet, regtest | external, attached |
`;

/** The document, in Markdown. */
export function renderReference(): string {
  const parts = Object.entries(SECTIONS).map(([name, section]) => {
    const title = name === '' ? '## Before any section' : `## [${name}]`;
    const rows = Object.entries<Key>(section.keys).map(([key, facts]) => row(`${key}${facts.list ? '[]' : ''}`, facts));
    const table = ['| key | value | default | |', '|---|---|---|---|', ...rows].join('\n');
    return `${title}\n\n${section.doc}\n${rows.length === 0 ? '' : `\n${table}\n`}`;
  });
  return [INTRODUCTION, ...parts].join('\n');
}

function row(name: string, key: Key): string {
  const fallback = key.default === null ? (key.whenUnset ?? '') : `\`${key.default}\``;
  const cells = [`\`${name}\``, key.kind.what, fallback, `${key.doc} Example: \`${key.example}\``];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
