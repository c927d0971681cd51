// Manual pages in the man(7) macros: text made safe for roff, and the few shapes that our pages are made of. Pure.

/** groff_man_style(7), `mandoc -Tlint`: source lines stay within a terminal. roff fills paragraphs again. */
const COLUMNS = 80;

/** Text for a line of roff: no backslash and no leading control character is taken for an instruction. */
export function safe(text: string): string {
  return (
    text
      .replaceAll('\\', '\\e')
      .replaceAll('-', '\\-')
      // groff_char(7): the pages stay ASCII, so that it does not matter what roff takes the file for.
      .replace(/[^\u0000-\u007f]/gu, (character) => `\\[u${hex(character)}]`)
      .replace(/^([.'])/, '\\&$1')
  );
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** Running text in lines of at most `COLUMNS`, as far as its words allow; each sentence begins a line, as roff wants it. */
export function filled(text: string): string {
  const lines: string[] = [];
  for (const sentence of text.split(/(?<=[a-z0-9)”’"][.:?!]) +(?=[^a-z])/)) {
    let line = '';
    for (const word of sentence.split(/ +/)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && safe(longer).length > COLUMNS) {
        lines.push(safe(line));
        line = word;
      } else {
        line = longer;
      }
    }
    lines.push(safe(line));
  }
  return lines.join('\n');
}

/** @param date of the words, as ISO 8601 has a day. */
export function title(name: string, section: number, version: string, date: string): string {
  return `.TH ${safe(name.toUpperCase())} ${section} "${date}" "pearlctl ${version}" "pearlctl"`;
}

export function heading(text: string): string {
  return `.SH ${safe(text)}`;
}

export function subheading(text: string): string {
  return `.SS "${safe(text)}"`;
}

/** A paragraph; the first one behind a heading is set apart by that. */
export function paragraph(text: string): string {
  return `.PP\n${filled(text)}`;
}

/** A bold term and what it means, indented below. */
export function definition(term: string, text: string): string {
  return `.TP\n.B ${safe(term)}\n${text === '' ? '\\&' : filled(text)}`;
}

/** A line to type, as it is, and what it does. */
export function example(line: string, effect: string): string {
  return `.PP\n${filled(`${effect}:`)}\n.PP\n.RS 4\n.nf\n${safe(line)}\n.fi\n.RE`;
}

/** `pearlctl(1), pearlctl.ini(5)`, as links. */
export function seeAlso(pages: readonly (readonly [name: string, section: number])[]): string {
  return pages
    .map(([name, section], at) => `.BR ${safe(name)} (${section})${at < pages.length - 1 ? ',' : ''}`)
    .join('\n');
}

export function page(parts: readonly string[]): string {
  const text = ['.\\" Made by npm run docs: do not edit.', ...parts].join('\n');
  // A heading begins a paragraph of its own.
  return `${text.replace(/^(\.S[HS] .*)\n\.PP$/gm, '$1')}\n`;
}
