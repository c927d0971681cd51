// Finds the lines of a configuration: each is a section, an entry, a comment or blank, and anything else is refused with its
// number. The package `ini` decodes the values; it takes any text for something and reports no errors. The scan keeps where
// each value stands, for an editor that leaves the rest of the file as it is.
import { ConfigError } from './config-error.ts';
import { decodeValues, type FoundEntry } from './decode-values.ts';
import { type Refuse, refusal, refuseControlCharacters } from './refuse-line.ts';

/** A configuration is a page or two; more than this is another file by mistake. */
export const MAX_BYTES = 64 * 1024;

export function tooLarge(origin: string): ConfigError {
  const sentence = `The file is larger than ${MAX_BYTES / 1024} KiB, which is no configuration of pearlctl.`;
  return new ConfigError('CONFIG_SYNTAX', { origin, line: null }, sentence, 'Give the right file with --config PATH.');
}

export interface Entry extends FoundEntry {
  /** Without quotes and comment. */
  value: string;
}

export interface SectionLine {
  name: string;
  line: number;
}

export interface Scan {
  sections: SectionLine[];
  entries: Entry[];
}

/**
 * Reads the lines of a configuration.
 *
 * @param origin the file's name for messages.
 * @throws ConfigError CONFIG_SYNTAX with the line.
 */
export function scan(text: string, origin: string): Scan {
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge(origin);
  const sections = new Map<string, number>();
  const entries: FoundEntry[] = [];
  const firstEntries = new Map<string, FoundEntry>();
  // For `ini`, which knows no comment behind a section or a quoted value.
  const bare: string[] = [];
  let offset = text.startsWith('\uFEFF') ? 1 : 0;
  let section = '';
  for (const [at, raw] of text.slice(offset).split('\n').entries()) {
    const line = at + 1;
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const refuse = refusal(origin, line);
    refuseControlCharacters(content, refuse);
    const parsed = readLine(content, refuse);
    if (parsed?.kind === 'section') {
      section = parsed.name;
      const first = sections.get(section);
      if (first !== undefined)
        refuse(`The section [${section}] began already in line ${first}.`, 'Move these lines there.');
      sections.set(section, line);
      bare.push(`[${section}]`);
    } else if (parsed?.kind === 'entry') {
      const { key, list, start, end } = parsed;
      const written = content.slice(start, end);
      const entry = { section, key, list, line, written, start: offset + start, end: offset + end };
      const first = firstEntries.get(`${section}\n${key}`);
      if (first === undefined) firstEntries.set(`${section}\n${key}`, entry);
      else if (!(first.list && list))
        refuse(`${key} was set already in line ${first.line}.`, 'Keep one of the two lines.');
      entries.push(entry);
      bare.push(content.slice(0, end).trim());
    }
    offset += raw.length + 1;
  }
  const values = decodeValues(bare, [...sections.keys()], entries, origin);
  return {
    sections: [...sections].map(([name, line]) => ({ name, line })),
    entries: entries.map((entry, at) => ({ ...entry, value: values[at] ?? '' })),
  };
}

type Line =
  | { kind: 'section'; name: string }
  | { kind: 'entry'; key: string; list: boolean; start: number; end: number };

function readLine(content: string, refuse: Refuse): Line | null {
  const trimmed = content.trim();
  if (trimmed === '' || /^[;#]/.test(trimmed)) return null;
  if (trimmed.startsWith('[')) return { kind: 'section', name: readSection(trimmed, refuse) };
  const equals = content.indexOf('=');
  if (equals === -1) refuse('The line is neither a [section] nor key = value.', 'Comments begin with ; or #.');
  return {
    kind: 'entry',
    ...readKey(content.slice(0, equals).trim(), refuse),
    ...readValue(content, equals + 1, refuse),
  };
}

function readSection(trimmed: string, refuse: Refuse): string {
  const [, name, rest = ''] = /^\[([^[\]]*)\](.*)$/.exec(trimmed) ?? [];
  if (name === undefined) return refuse('The section line has no closing bracket.', 'Write it as [name].');
  if (!/^[^\s=;#"']+$/.test(name)) return refuse('The section has no proper name.', 'Write it as [name].');
  if (!/^(\s+[;#].*|\s*)$/.test(rest)) return refuse('Something stands after the section.', 'Begin a new line for it.');
  return name;
}

function readKey(text: string, refuse: Refuse): { key: string; list: boolean } {
  if (text === '') refuse('The line has no key before its =.', 'Write it as key = value.');
  const list = text.endsWith('[]');
  const key = list ? text.slice(0, -2) : text;
  if (!/^[^\s[\]=;#"'\\]+$/.test(key)) {
    refuse('The key before = is not one word.', 'Keys are lowercase letters, digits and underscores.');
  }
  return { key, list };
}

/** A value ends with the line or where white space and then `;` or `#` begin a comment. */
function readValue(content: string, from: number, refuse: Refuse): { start: number; end: number } {
  const rest = content.slice(from);
  const start = from + (rest.length - rest.trimStart().length);
  const quote = content.charAt(start);
  if (quote === '"' || quote === "'") return readQuoted(content, start, refuse);
  // The leading group lets a comment begin right where the value would: `key = ; comment`.
  const comment = /(^|\s)[;#]/.exec(content.slice(start));
  const value = content.slice(start, comment === null ? undefined : start + comment.index).trimEnd();
  const odd = /[;#"'\\]/.exec(value)?.[0];
  if (odd !== undefined) {
    refuse(
      `The value contains ${odd} without quotes.`,
      odd === ';' || odd === '#'
        ? 'Put the value in double quotes, or white space before a comment.'
        : 'Put the value in double quotes; inside them, write \\\\ for \\ and \\" for ".',
    );
  }
  return { start, end: start + value.length };
}

function readQuoted(content: string, start: number, refuse: Refuse): { start: number; end: number } {
  const pattern = content.charAt(start) === '"' ? /^"(?:[^"\\]|\\.)*"/ : /^'[^']*'/;
  const quoted = pattern.exec(content.slice(start))?.[0];
  if (quoted === undefined) return refuse('The quotes of the value are not closed.', 'Close them on the same line.');
  const end = start + quoted.length;
  if (!/^(\s+[;#].*|\s*)$/.test(content.slice(end))) {
    refuse('Something stands after the closing quotes.', 'Put all of the value into one pair of quotes.');
  }
  return { start, end };
}
