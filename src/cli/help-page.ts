// A command's help page, made from its table entry and its definition: what it does, examples, every flag. Pure, so that
// the same data also makes completions and manual pages, and the page fits any terminal.
import { wrapWords } from '../base/text-lines.ts';
import type { Command, CommandEntry, OptionSpec, OptionTable, PositionalTable } from './command.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 100;
/** The column of explanations: further right would leave them too narrow. */
const DEEPEST_INDENT = 26;

interface Row {
  readonly term: string;
  readonly text: string;
}

export function renderHelp(entry: CommandEntry, command: Command, width: number): string {
  const columns = Math.max(40, Math.min(width, WIDEST));
  const globals = Object.fromEntries(Object.entries(GLOBAL_OPTIONS).filter(([name]) => !(name in command.options)));
  const own = Object.entries(command.options).filter(([, option]) => !option.hidden);
  const rows = {
    Arguments: Object.entries(command.positionals).map(positionalRow),
    Options: own.map(optionRow),
    Everywhere: [...Object.entries(globals).map(optionRow), { term: '-h, --help', text: 'Show this page' }],
  };
  const terms = Object.values(rows).flatMap((list) => list.map(({ term }) => term.length));
  const indent = Math.min(DEEPEST_INDENT, Math.max(...terms) + 4);
  return [
    ...wrap(`pearlctl ${entry.name}: ${entry.summary}`, columns, 0),
    '',
    `Usage: ${renderUsage(entry, command, own.length > 0)}`,
    ...(command.description ? ['', ...wrap(command.description, columns, 0)] : []),
    '',
    'Examples:',
    ...command.examples.flatMap(([line, effect]) => [...wrap(`# ${effect}`, columns, 2), `  ${line}`]),
    ...Object.entries(rows).flatMap(([title, list]) =>
      list.length === 0 ? [] : ['', `${title}:`, ...list.flatMap((row) => renderRow(row, indent, columns))],
    ),
    '',
  ].join('\n');
}

function renderUsage(entry: CommandEntry, command: Command, hasOptions: boolean): string {
  const words = Object.entries(command.positionals).map(placeholder);
  return ['pearlctl', entry.name, ...words, ...(hasOptions ? ['[options]'] : [])].join(' ');
}

/** `<key>`, `[key]`, `[id..]`: also how yargs has it. */
export function placeholder([name, positional]: [string, PositionalTable[string]]): string {
  const label = `${name}${positional.array ? '..' : ''}`;
  return positional.demandOption ? `<${label}>` : `[${label}]`;
}

function positionalRow(item: [string, PositionalTable[string]]): Row {
  return { term: placeholder(item), text: explain(item[1]) };
}

function optionRow([name, option]: [string, OptionTable[string]]): Row {
  const short = typeof option.alias === 'string' ? `-${option.alias}, ` : '';
  const flag = `${short}--${name}`;
  if (option.type === 'boolean') return { term: flag, text: explain(option) };
  const value = option.placeholder ?? option.choices?.join('|') ?? (option.type === 'number' ? 'N' : 'TEXT');
  return { term: `${flag} ${value}`, text: explain(option) };
}

function explain(option: OptionSpec | PositionalTable[string]): string {
  const text = option.describe ?? '';
  const usual = option.default;
  return usual === undefined || usual === false ? text : `${text} (default: ${String(usual)})`;
}

function renderRow({ term, text }: Row, indent: number, columns: number): string[] {
  const lines = wrap(text, columns, indent);
  if (term.length + 4 > indent) return [`  ${term}`, ...lines];
  return [`  ${term.padEnd(indent - 2)}${(lines[0] ?? '').slice(indent)}`, ...lines.slice(1)];
}

function wrap(text: string, columns: number, indent: number): string[] {
  return wrapWords(text, columns - indent).map((line) => `${' '.repeat(indent)}${line}`);
}
