// A new configuration file: what was chosen, with a comment above each line that says what it is for.
import { wrapWords } from '../base/text-lines.ts';
import { checkValue, quote } from './edit-line.ts';
import { type SectionName, sectionNames } from './key-names.ts';
import type { SECTIONS } from './keys.ts';

/** What goes into the file, by section and key; a list for a list key. */
export type Answers = {
  [S in SectionName]?: Partial<Record<keyof (typeof SECTIONS)[S]['keys'], string | string[]>>;
} & {
  [named: `pool.${string}`]: Readonly<Record<string, string>>;
};

/** Width of comments, behind their mark. */
const WIDTH = 98;

/**
 * The text of a configuration with these answers, in the order of the table. Check it with `checkConfig` before use.
 *
 * @throws ConfigError CONFIG_INVALID for an answer that is not of its key's kind, or that no line can hold.
 */
export function renderConfig(answers: Answers): string {
  const lines = comment('Configuration of pearlctl. All keys: docs/configuration.md, or: man pearlctl.ini');
  for (const [name, section] of sectionNames(Object.keys(answers))) {
    const given = answers[name as SectionName] as Record<string, string | string[] | undefined> | undefined;
    const entries = Object.entries(section.keys).filter(([key]) => given?.[key] !== undefined);
    if (entries.length === 0) continue;
    lines.push('', ...(name === '' ? [] : [...comment(section.doc), `[${name}]`]));
    for (const [key, facts] of entries) {
      const value = given?.[key] ?? [];
      lines.push(...comment(`${facts.doc}${facts.list ? '' : ` (${facts.kind.what})`}`));
      for (const one of [value].flat()) {
        checkValue(name, key, facts, one);
        lines.push(`${key}${facts.list ? '[]' : ''} = ${quote(one)}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function comment(text: string): string[] {
  return wrapWords(text, WIDTH).map((line) => `# ${line}`);
}
