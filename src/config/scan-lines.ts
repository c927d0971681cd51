// The line scan that stands before the package `ini`, which takes any text for something: here every line is a section, an
// entry, a comment or blank, and anything else is refused with its number. The scan keeps where each part stands, so that
// an editor can change a value and leave the rest of the file as it is.
import { ConfigError } from './config-error.ts';

/** A configuration is a page or two; more than this is another file by mistake. */
export const MAX_BYTES = 64 * 1024;

export interface Entry {
  section: string;
  key: string;
  /** Written `key[]`, so that it may come again. */
  list: boolean;
  /** The value without quotes and comment. */
  value: string;
  line: number;
  /** Where the value stands in the text, quotes included: `text.slice(start, end)`. */
  start: number;
  end: number;
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
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new ConfigError(
      'CONFIG_SYNTAX',
      { origin, line: null },
      `The file is larger than ${MAX_BYTES / 1024} KiB, which is no configuration of pearlctl.`,
      'Give the right file with --config PATH.',
    );
  }
  const result: Scan = { sections: [], entries: [] };
  const sectionLines = new Map<string, number>();
  const firstEntries = new Map<string, Entry>();
  let offset = text.startsWith('\uFEFF') ? 1 : 0;
  let number = 0;
  let section = '';
  for (const raw of text.slice(offset).split('\n')) {
    number += 1;
    const content = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const refuse = refusal(origin, number);
    refuseControlCharacters(content, refuse);
    const parsed = readLine(content, refuse);
    if (parsed?.kind === 'section') {
      section = parsed.name;
      const first = sectionLines.get(section);
      if (first !== undefined)
        refuse(`The section [${section}] began already in line ${first}.`, 'Move these lines there.');
      sectionLines.set(section, number);
      result.sections.push({ name: section, line: number });
    } else if (parsed?.kind === 'entry') {
      const { key, list, value } = parsed;
      const start = offset + parsed.start;
      const end = offset + parsed.end;
      const entry = { section, key, list, value, line: number, start, end };
      const first = firstEntries.get(`${section}\n${key}`);
      if (first === undefined) firstEntries.set(`${section}\n${key}`, entry);
      else if (!(first.list && list))
        refuse(`${key} was set already in line ${first.line}.`, 'Keep one of the two lines.');
      result.entries.push(entry);
    }
    offset += raw.length + 1;
  }
  return result;
}

type Refuse = (sentence: string, hint?: string) => never;

function refusal(origin: string, line: number): Refuse {
  return (sentence, hint) => {
    throw new ConfigError('CONFIG_SYNTAX', { origin, line }, sentence, hint);
  };
}

/** Also the two Unicode line ends, on which the patterns of the package `ini` break, and halves of characters. */
function refuseControlCharacters(content: string, refuse: Refuse): void {
  const found = /[\p{Cc}\p{Cs}\u2028\u2029]/u.exec(content.replaceAll('\t', ' '))?.[0];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  refuse(`The line contains the control character U+${code}.`, 'Remove it; the file must be plain UTF-8 text.');
}

type Line =
  | { kind: 'section'; name: string }
  | { kind: 'entry'; key: string; list: boolean; value: string; start: number; end: number };

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
function readValue(content: string, from: number, refuse: Refuse): { value: string; start: number; end: number } {
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
  return { value, start, end: start + value.length };
}

function readQuoted(content: string, start: number, refuse: Refuse): { value: string; start: number; end: number } {
  const pattern = content.charAt(start) === '"' ? /^"(?:[^"\\]|\\.)*"/ : /^'[^']*'/;
  const quoted = pattern.exec(content.slice(start))?.[0];
  if (quoted === undefined) return refuse('The quotes of the value are not closed.', 'Close them on the same line.');
  const end = start + quoted.length;
  if (!/^(\s+[;#].*|\s*)$/.test(content.slice(end))) {
    refuse('Something stands after the closing quotes.', 'Put all of the value into one pair of quotes.');
  }
  return { value: quoted.startsWith("'") ? quoted.slice(1, -1) : unquote(quoted, refuse), start, end };
}

function unquote(quoted: string, refuse: Refuse): string {
  let value: string;
  try {
    value = String(JSON.parse(quoted));
  } catch {
    return refuse('The value has a backslash that stands for nothing.', 'Inside double quotes, write \\\\ for \\.');
  }
  refuseControlCharacters(value, refuse);
  return value;
}
