// The status as text: at most twelve lines, the truth first. A pure function of the model, the width and the colour.
import { formatAge, formatRates } from './format.ts';
import type { ChildStatus, LifecycleState, StatusModel } from './model.ts';

export interface RenderOptions {
  colour: boolean;
  /** Columns of the terminal; lines are cut to it, and nothing needs more than 60. */
  width: number;
}

const MAX_LINES = 12;
/** So much of what is wrong is always shown. */
const MAX_HEALTH_LINES = 4;
const LABEL_WIDTH = 9;

const PAINT = { green: '32', yellow: '33', red: '31', dim: '2', bold: '1' } as const;
type Paint = keyof typeof PAINT;

const STATE_PAINT: Record<LifecycleState, Paint> = {
  not_configured: 'dim',
  configured: 'dim',
  starting: 'yellow',
  running: 'green',
  degraded: 'yellow',
  paused: 'yellow',
  stopping: 'yellow',
  stopped: 'dim',
  failed: 'red',
};

const STATE_MARK: Record<LifecycleState, string> = {
  not_configured: '○',
  configured: '○',
  starting: '◐',
  running: '●',
  degraded: '◐',
  paused: '◌',
  stopping: '◐',
  stopped: '○',
  failed: '✗',
};

/** One line of the answer: a label, the text, and how to paint the text. */
interface Line {
  label: string;
  text: string;
  paint?: Paint;
}

export function renderStatus(model: StatusModel, options: RenderOptions): string {
  const why = model.stateReason === null ? [] : wrapLine({ label: 'Why', text: model.stateReason }, options);
  const health = healthLines(model, options);
  // The truth first, what to do last; what has to give way when there is much to say is the middle.
  const room = MAX_LINES - 1 - why.length - Math.min(health.length, MAX_HEALTH_LINES);
  const lines = [...why, ...facts(model).slice(0, room), ...health];
  const shown = lines.length > MAX_LINES - 1 ? lines.slice(0, MAX_LINES - 2) : lines;
  if (shown.length < lines.length) shown.push({ label: '', text: `… ${lines.length - shown.length} more: --json` });
  const first = paint(cut(headline(model), options.width), STATE_PAINT[model.state], options);
  return `${[first, ...shown.map((line) => renderLine(line, options))].join('\n')}\n`;
}

function headline(model: StatusModel): string {
  // The age is the supervisor's: of another state than `running` it must not sound like that state's own.
  const age = model.uptimeSeconds === null ? null : formatAge(model.uptimeSeconds);
  const since = age === null ? '' : model.state === 'running' ? ` for ${age}` : `, up ${age}`;
  const name = model.instance === null ? 'pearlctl' : `pearlctl-${model.instance}`;
  return `${STATE_MARK[model.state]} ${name}: ${model.state.replace('_', ' ')}${since}`;
}

function facts(model: StatusModel): Line[] {
  const lines: Line[] = [{ label: 'Service', text: serviceText(model) }];
  if (model.gateway !== null) lines.push({ label: 'Gateway', text: gatewayText(model.gateway) });
  if (model.rate !== null) lines.push({ label: 'Rate', text: rateText(model.rate) });
  if (model.shares !== null) lines.push({ label: 'Shares', text: sharesText(model) });
  if (model.job !== null) lines.push({ label: 'Job', text: jobText(model.job) });
  if (model.pauseReason !== null) lines.push({ label: 'Paused', text: model.pauseReason, paint: 'yellow' });
  if (model.wallet !== null) lines.push({ label: 'Wallet', text: `${model.wallet} on ${model.network}` });
  if (model.children !== null) {
    lines.push({ label: 'Children', text: childrenText(model.children) });
    const exit = lastExitText(model.children);
    if (exit !== null) lines.push({ label: '', text: exit, paint: 'dim' });
  }
  return lines;
}

function serviceText(model: StatusModel): string {
  const { service } = model;
  if (service === null) return `${model.scope} scope, not installed as a service`;
  if (service.manager === 'unknown') return `${model.scope} scope, installed as a service`;
  const start = service.startsAt === 'never' ? 'does not start by itself' : `starts at ${service.startsAt}`;
  const drift = service.drift.length > 0 ? `, drift: ${service.drift.join(', ')}` : '';
  return `${model.scope} scope, ${service.manager}, ${service.enabled ? start : 'disabled'}${drift}`;
}

function gatewayText({ kind, url, state, upstream }: NonNullable<StatusModel['gateway']>): string {
  return `${kind} at ${url}, ${state}${upstream === null || upstream === kind ? '' : `, upstream ${upstream}`}`;
}

function rateText(rate: NonNullable<StatusModel['rate']>): string {
  const { macsPerSecond10s, macsPerSecond60s, macsPerSecond15m } = rate;
  return `${formatRates([macsPerSecond10s, macsPerSecond60s, macsPerSecond15m])} (10 s, 60 s, 15 min)`;
}

function sharesText({ shares, blocks }: StatusModel): string {
  if (shares === null) return '';
  const { accepted, rejected, stale, unknown } = shares;
  const extra = unknown > 0 ? `, ${unknown} unknown` : '';
  return `${accepted} accepted, ${rejected} rejected, ${stale} stale${extra}, ${blocks?.accepted ?? 0} blocks`;
}

function jobText(job: NonNullable<StatusModel['job']>): string {
  const height = job.height === null ? 'height unknown' : `height ${job.height}`;
  return `${height}, ${formatAge(job.ageSeconds)} old, version ${job.certVersion}`;
}

function childrenText({ gateway, miner }: { gateway: ChildStatus; miner: ChildStatus }): string {
  return `${childText('gateway', gateway)}; ${childText('miner', miner)}`;
}

function childText(name: string, child: ChildStatus): string {
  const pid = child.pid === null ? '' : ` ${child.pid}`;
  const restarts = child.restarts === 0 ? '' : `, ${child.restarts} ${child.restarts === 1 ? 'restart' : 'restarts'}`;
  return `${name}${pid} ${child.state}${restarts}`;
}

/** How the last child that died ended, with its last words. */
function lastExitText({ gateway, miner }: { gateway: ChildStatus; miner: ChildStatus }): string | null {
  const ends = [
    { name: 'gateway', exit: gateway.lastExit },
    { name: 'miner', exit: miner.lastExit },
  ].filter(({ exit }) => exit !== null);
  ends.sort((a, b) => (a.exit?.at ?? '').localeCompare(b.exit?.at ?? ''));
  const last = ends.at(-1);
  if (last === undefined || last.exit === null) return null;
  const how = last.exit.signal ?? (last.exit.code === null ? 'could not start' : `exit ${last.exit.code}`);
  const words = last.exit.lines.at(-1);
  return `last end: ${last.name}, ${how}${words === undefined ? '' : ` (${words})`}`;
}

/** The text, and the fix behind it or, where the terminal is narrow, below it. */
function healthLines(model: StatusModel, options: RenderOptions): Line[] {
  return model.health.flatMap(({ text, fix }): Line[] => {
    const line: Line = { label: 'Health', text: fix === '' ? text : `${text} → ${fix}`, paint: 'yellow' };
    if (fix === '' || line.text.length <= textWidth(options)) return wrapLine(line, options);
    return [...wrapLine({ ...line, text }, options), { label: '', text: `→ ${fix}`, paint: 'yellow' }];
  });
}

/** One line, or two where it is too long for one; the second is cut. */
function wrapLine(line: Line, options: RenderOptions): Line[] {
  const columns = textWidth(options);
  if (line.text.length <= columns) return [line];
  const space = line.text.lastIndexOf(' ', columns);
  const end = space > 0 ? space : columns;
  return [
    { ...line, text: line.text.slice(0, end) },
    { ...line, label: '', text: line.text.slice(end).trimStart() },
  ];
}

/** What is left of a line behind its label. */
function textWidth(options: RenderOptions): number {
  return Math.max(1, options.width - LABEL_WIDTH - 3);
}

function renderLine({ label, text, paint: colour }: Line, options: RenderOptions): string {
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
