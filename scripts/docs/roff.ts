// Manual pages in the man(7) macros: text made safe for roff, and the few shapes that our pages are made of. Pure.

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

export function title(name: string, section: number, version: string): string {
  return `.TH ${name.toUpperCase()} ${section} "" "pearlctl ${version}" "pearlctl"`;
}

export function heading(text: string): string {
  return `.SH ${safe(text)}`;
}

export function subheading(text: string): string {
  return `.SS "${safe(text)}"`;
}

export function paragraph(text: string): string {
  return `.PP\n${safe(text)}`;
}

/** A bold term and what it means, indented below. */
export function definition(term: string, text: string): string {
  return `.TP\n.B ${safe(term)}\n${safe(text) || '\\&'}`;
}

/** A line to type, as it is, and what it does. */
export function example(line: string, effect: string): string {
  return `.PP\n${safe(effect)}:\n.PP\n.RS 4\n.nf\n${safe(line)}\n.fi\n.RE`;
}

export function page(parts: readonly string[]): string {
  return `${['.\\" Made by npm run docs: do not edit.', ...parts].join('\n')}\n`;
}
