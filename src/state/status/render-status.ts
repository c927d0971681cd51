// The status as text: at most twelve lines, the truth first. A pure function of the model, the width and the colour.
import { localMinute } from '../local-time.ts';
import { formatAge } from './format.ts';
import { shortenAddresses } from './shorten-addresses.ts';
import { factLines, type Paint, type StatusLine } from './status-lines.ts';
import type { LifecycleState, StatusModel } from './status-table.ts';

export interface RenderOptions {
  colour: boolean;
  /** Columns of the terminal: what is longer is wrapped or cut. Infinite in a pipe. */
  width: number;
}

const MAX_LINES = 12;
/** So much of what is wrong is always shown. */
const MAX_HEALTH_LINES = 6;
/** What gives way when there is much to say, the first of them first: it helps least when something is wrong. */
const GIVES_WAY = ['Power', 'Implied', 'Wallet', 'Rate', 'Job', 'Shares'];
const LABEL_WIDTH = 9;

const PAINT: Readonly<Record<Paint, string>> = { green: '32', yellow: '33', red: '31', dim: '2', bold: '1' };

const STATE_LOOK: Record<LifecycleState, readonly [mark: string, colour: Paint]> = {
  not_configured: ['○', 'dim'],
  configured: ['○', 'dim'],
  starting: ['◐', 'yellow'],
  running: ['●', 'green'],
  degraded: ['◐', 'yellow'],
  'outdated-rules': ['✗', 'red'],
  paused: ['◌', 'yellow'],
  waiting: ['◐', 'yellow'],
  stopping: ['◐', 'yellow'],
  stopped: ['○', 'dim'],
  failed: ['✗', 'red'],
};

export function renderStatus(model: StatusModel, options: RenderOptions): string {
  const why = model.stateReason === null ? [] : wrapLine({ label: 'Why', text: model.stateReason }, options);
  const health = healthLines(model, options);
  // The truth first, what to do last; what has to give way is in the middle.
  const room = MAX_LINES - 1 - why.length - Math.min(health.length, MAX_HEALTH_LINES);
  const lines = [...why, ...mostOf(factLines(model, textWidth(options)), room), ...health];
  const shown = lines.length > MAX_LINES - 1 ? lines.slice(0, MAX_LINES - 2) : lines;
  if (shown.length < lines.length) shown.push({ label: '', text: '… and more: pearlctl status --json' });
  const first = paint(cut(headline(model, options.width), options.width), STATE_LOOK[model.state][1], options);
  return `${[first, ...shown.map((line) => renderLine(line, options))].join('\n')}\n`;
}

function mostOf(lines: readonly StatusLine[], room: number): StatusLine[] {
  const kept = [...lines];
  for (const label of GIVES_WAY) {
    const at = kept.findIndex((line) => line.label === label);
    if (kept.length > room && at >= 0) kept.splice(at, 1);
  }
  return kept.slice(0, room);
}

function headline(model: StatusModel, columns: number): string {
  // The age is the supervisor's: of another state than `running` it must not sound like that state's own.
  const age = model.uptimeSeconds === null ? null : formatAge(model.uptimeSeconds);
  const since = age === null ? '' : model.state === 'running' ? ` for ${age}` : `, up ${age}`;
  const name = model.instance === null ? 'pearlctl' : `pearlctl-${model.instance}`;
  const line = `${STATE_LOOK[model.state][0]} ${name}: ${model.state.replace(/[_-]/, ' ')}${since}`;
  const begin = model.state === 'stopped' ? model.stateSince : age === null ? null : model.startedAt;
  const whole = begin === null ? line : `${line}, since ${localMinute(new Date(begin))}`;
  return whole.length <= columns ? whole : line;
}

/** The text, and the fix behind it or, where the terminal is narrow, below it. */
function healthLines(model: StatusModel, options: RenderOptions): StatusLine[] {
  return model.health.flatMap(({ text, fix }): StatusLine[] => {
    const line: StatusLine = { label: 'Health', text: fix === '' ? text : `${text} → ${fix}`, paint: 'yellow' };
    if (fix === '' || line.text.length <= textWidth(options)) return wrapLine(line, options);
    return [...wrapLine({ ...line, text }, options), ...wrapLine({ ...line, label: '', text: `→ ${fix}` }, options)];
  });
}

/** One line, or two where it is too long for one: the middles of addresses give way first, and then the end of the second is cut. */
function wrapLine(whole: StatusLine, options: RenderOptions): StatusLine[] {
  const columns = textWidth(options);
  let text = shortenAddresses(whole.text, 2 * columns);
  for (let lost = 1; lost <= columns && secondPart(text, columns).length > columns; lost += 1) {
    text = shortenAddresses(whole.text, 2 * columns - lost);
  }
  const rest = secondPart(text, columns);
  if (rest === '') return [{ ...whole, text }];
  const begin = text.slice(0, text.length - rest.length).trimEnd();
  return [
    { ...whole, text: begin },
    { ...whole, label: '', text: rest },
  ];
}

/** What stands on the next line: from the last word's begin that does not fit. */
function secondPart(text: string, columns: number): string {
  if (text.length <= columns) return '';
  const space = text.lastIndexOf(' ', columns);
  return text.slice(space > 0 ? space : columns).trimStart();
}

/** What is left of a line behind its label. */
function textWidth(options: RenderOptions): number {
  return Math.max(1, options.width - LABEL_WIDTH - 3);
}

function renderLine({ label, text, paint: colour }: StatusLine, options: RenderOptions): string {
  const head = `  ${(label === '' ? '' : `${label}:`).padEnd(LABEL_WIDTH)} `;
  const body = cut(text, options.width - head.length);
  return colour === undefined ? `${head}${body}` : `${head}${paint(body, colour, options)}`;
}

/** Cuts to a number of columns, with an ellipsis; control characters of foreign origin never reach the terminal. */
function cut(text: string, columns: number): string {
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trimEnd();
  return clean.length <= columns ? clean : `${clean.slice(0, Math.max(0, columns - 1))}…`;
}

function paint(text: string, colour: Paint, options: RenderOptions): string {
  return options.colour ? `\u001b[${PAINT[colour]}m${text}\u001b[0m` : text;
}
