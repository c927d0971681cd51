// docs/configuration.md, made from the table of keys. A test holds the document to what this says.
import { defaultOf, type Effect, type Key, whenUnset } from '../../src/config/key.ts';
import { isOverride, sectionTitle, TABLE } from '../../src/config/key-names.ts';

/** What a changed value takes, in the words of the documents. */
export const EFFECT_WORDS: Record<Effect, string> = {
  applied: 'a reload',
  gateway: 'a reload, which restarts the gateway',
  miner: 'a reload, which restarts the miner',
  both: 'a reload, which restarts gateway and miner',
  supervisor: 'a restart',
  service: 'an install',
};

const INTRODUCTION = `# Configuration

\`pearlctl.ini\`. This page is made from the table that reads it (\`src/config/keys.ts\`).

- One \`key = value\` on a line, under its \`[section]\`; a key with \`[]\` may come several times, in order.
- \`;\` or \`#\` begins a comment, at the start of a line or after white space.
- A value with \`;\`, \`#\`, a quote or a backslash in it stands in double quotes, in which \`\\\\\` is a backslash and \`\\"\` a quote;
  in single quotes everything stands for itself.
- Unknown sections and keys, keys or sections that come twice, and all other lines are errors with the line's number.
  \`pearlctl config validate\` shows all of them. pearlctl does not start until they are mended.
- Passwords are not in this file: \`*_env\` names a variable, \`*_file\` a file of mode 0600. (A pool's \`pass\` is no secret.)
- Sizes are binary (\`512M\` is 512 MiB), durations have their unit (\`500ms\`, \`1s\`, \`10m\`, \`2h\`).
- The last column says what a change takes: \`pearlctl reload\`, \`pearlctl restart\`, or \`pearlctl install\`.
  \`pearlctl doctor applied\` shows what is changed and not yet in force.

## Which gateway on which network

| network | kind |
|---|---|
| devnet | devnet |
| mainnet | pool, external, attached |
| testnet, testnet2, simnet, regtest | external, attached |
`;

/** The document, in Markdown. */
export function renderReference(): string {
  const parts = [...TABLE].map(([name, section]) => {
    const title = name === '' ? '## Before any section' : `## ${sectionTitle(name, section)}`;
    if (isOverride(name, section)) return `${title}\n\n${section.doc}\n`;
    const rows = Object.entries(section.keys).map(([key, row]) => rowOf(`${key}${row.list ? '[]' : ''}`, row));
    return [
      title,
      '',
      section.doc,
      '',
      '| key | value | default | | a change takes |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...parts].join('\n');
}

function rowOf(name: string, row: Key): string {
  const usual = defaultOf(row);
  const fallback = usual === null ? (whenUnset(row) ?? '') : `\`${usual}\``;
  const cells = [
    `\`${name}\``,
    row.kind.what,
    fallback,
    `${row.doc} Example: \`${row.example}\``,
    EFFECT_WORDS[row.effect],
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
