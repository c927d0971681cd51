// What each line of the status says, in the longest of its wordings that fits. Pure.
import { lastWords } from '../../base/logs/last-words.ts';
import { formatAge, formatRates, scaleRates } from './format.ts';
import { countsIn } from './shown-fields.ts';
import { type ChildStatus, STATUS, type StatusModel } from './status-table.ts';

export type Paint = 'green' | 'yellow' | 'red' | 'dim' | 'bold';

/** One line of the answer: a label, the text, and how to paint the text. */
export interface StatusLine {
  label: string;
  text: string;
  paint?: Paint;
}

/** The same in fewer and fewer words. */
type Wordings = readonly [string, ...string[]];
type Present<K extends keyof StatusModel> = NonNullable<StatusModel[K]>;

/** The lines between the headline and the health, the most important first. `columns` is what a text may take. */
export function factLines(model: StatusModel, columns: number): StatusLine[] {
  const { gateway, rate, impliedRate, shares, job, pauseReason, wallet, children, working, machine, energy } = model;
  const lines: StatusLine[] = [];
  const add = (label: string, wordings: Wordings, paint?: Paint) => {
    const text = wordings.find(({ length }) => length <= columns) ?? wordings.at(-1) ?? '';
    lines.push(paint === undefined ? { label, text } : { label, text, paint });
  };
  add('Service', serviceWordings(model));
  if (gateway !== null) add('Gateway', gatewayWordings(gateway));
  if (rate !== null) add('Rate', [rateText(rate)]);
  if (machine !== null) add('Power', powerWordings(machine, energy));
  if (impliedRate !== null) add('Implied', impliedWordings(impliedRate));
  if (shares !== null) add('Shares', sharesWordings(shares, model.blocks?.accepted ?? 0));
  if (job !== null) add('Job', [jobText(job)]);
  if (pauseReason !== null && model.state !== 'waiting') add('Paused', [pausedText(pauseReason)], 'yellow');
  if (working?.level === 'light') add('Slower', [`${working.dutyPercent} % of the time: ${working.text}`], 'yellow');
  if (wallet !== null) add('Wallet', [`${wallet} on ${model.network}`]);
  if (children === null) return lines;
  add('Children', [`${childText('gateway', children.gateway)}; ${childText('miner', children.miner)}`]);
  const exit = lastExitText(children);
  if (exit !== null) add('', [exit], 'dim');
  return lines;
}

/** The page is a service too, and this is the line with room for its address: not in 60 columns, but in 80. */
function serviceWordings({ scope, service, dashboardUrl }: StatusModel): Wordings {
  const text = serviceText(scope, service);
  const page = dashboardUrl === null ? '' : `, page ${dashboardUrl.replace(/\/$/, '')}`;
  const dropIns = service?.dropIns ?? [];
  if (dropIns.length === 0) return page === '' ? [text] : [`${text}${page}`, text];
  const count = dropIns.length === 1 ? 'a drop-in' : `${dropIns.length} drop-ins`;
  return [
    `${text}${page}, changed by ${dropIns.join(', ')}`,
    `${text}, changed by ${dropIns.join(', ')}`,
    `${text}, ${count}`,
  ];
}

function serviceText(scope: string, service: StatusModel['service']): string {
  if (service === null) return `${scope} scope, not installed as a service`;
  if (service.manager === 'unknown') return `${scope} scope, installed as a service`;
  const start = service.startsAt === 'never' ? 'does not start by itself' : `starts at ${service.startsAt}`;
  return `${scope} scope, ${service.manager}, ${service.enabled ? start : 'disabled'}`;
}

/** The upstream is worth more than the address. */
function gatewayWordings({ kind, url, state, upstream }: Present<'gateway'>): Wordings {
  const source = upstream === null || upstream === kind ? '' : ` ${upstream}`;
  return [`${kind}${source}, ${state}, at ${url}`, `${kind}${source}, ${state}`];
}

function rateText({ macsPerSecond10s, macsPerSecond60s, macsPerSecond15m }: Present<'rate'>): string {
  return `${formatRates([macsPerSecond10s, macsPerSecond60s, macsPerSecond15m])} (10 s, 60 s, 15 min)`;
}

/** A draw that nothing tells is never estimated. */
function powerWordings({ watts, wattsOf, noWatts }: Present<'machine'>, energy: StatusModel['energy']): Wordings {
  const none = 'not measurable here';
  if (watts === null) return noWatts === null ? [none] : [`${none}: ${noWatts}`, none];
  const draw = wattsOf === null ? `${watts} W` : `${watts} W by the ${wattsOf}`;
  if (energy === null) return [draw];
  const { kilowattHoursPerDay, kilowattHoursPerShare, costPerDay, sharesPrlPerDay } = energy;
  const cost = costPerDay === null ? '' : ` (costs ${costPerDay})`;
  const day = `${draw}, ${kilowattHoursPerDay} kWh a day${cost}`;
  const share = kilowattHoursPerShare === null ? '' : `, ${kilowattHoursPerShare} kWh a share`;
  const worth = sharesPrlPerDay === null ? '' : `; shares worth ${sharesPrlPerDay} PRL a day`;
  return [`${day}${share}${worth}`, `${day}${worth}`, day, draw];
}

function impliedWordings(implied: Present<'impliedRate'>): Wordings {
  const { macsPerSecond, lowMacsPerSecond, highMacsPerSecond, measuredMacsPerSecond, shares, windowSeconds } = implied;
  // In the unit of the rate beside it, so that the two can be compared.
  const rates = [macsPerSecond, lowMacsPerSecond, highMacsPerSecond, measuredMacsPerSecond];
  const { figures, unit } = scaleRates(rates, macsPerSecond);
  const range = `${figures[0]} ${unit} (${figures[1]} to ${figures[2]})`;
  return [
    `${range} by ${shares} shares in ${formatAge(windowSeconds)}, measured ${figures[3]} ${unit}`,
    `${range} by ${shares} shares, measured ${figures[3]} ${unit}`,
    `${range} by ${shares} shares`,
    range,
  ];
}

function sharesWordings(shares: Present<'shares'>, blocks: number): Wordings {
  const { accepted, lastAgeSeconds } = shares;
  const others = countsIn(STATUS.shares.fields, shares).join(', ');
  const found = `${blocks} ${blocks === 1 ? 'block' : 'blocks'}`;
  const last = lastAgeSeconds === null ? '' : `, last ${formatAge(lastAgeSeconds)} ago`;
  return [
    `${accepted} accepted, ${others}, ${found}${last}`,
    `${accepted} accepted, ${others}${last}`,
    `${accepted} ok, ${others}${last}`,
    `${accepted} ok, ${others}`,
  ];
}

/** A pause on request has a command that ends it; any other ends by itself. */
function pausedText(reason: string): string {
  return reason === 'user' ? 'user → pearlctl resume' : reason;
}

function jobText({ height, ageSeconds, certVersion }: Present<'job'>): string {
  const place = height === null ? 'height unknown' : `height ${height}`;
  return `${place}, ${formatAge(ageSeconds)} old, version ${certVersion}`;
}

function childText(name: string, child: ChildStatus): string {
  const pid = child.pid === null ? '' : ` ${child.pid}`;
  const restarts = child.restarts === 0 ? '' : `, ${child.restarts} ${child.restarts === 1 ? 'restart' : 'restarts'}`;
  return `${name}${pid} ${child.state}${restarts}`;
}

/** How the last child that failed ended, with its last words: an end with 0 was asked for, or has its reason in the log. */
function lastExitText({ gateway, miner }: Present<'children'>): string | null {
  const ends = [
    { name: 'gateway', exit: gateway.lastExit },
    { name: 'miner', exit: miner.lastExit },
  ].filter(({ exit }) => exit !== null && exit.code !== 0);
  ends.sort((a, b) => (a.exit?.at ?? '').localeCompare(b.exit?.at ?? ''));
  const last = ends.at(-1);
  if (last === undefined || last.exit === null) return null;
  const how = last.exit.signal ?? (last.exit.code === null ? 'could not start' : `exit ${last.exit.code}`);
  const words = lastWords(last.exit);
  return `last end: ${last.name}, ${how}${words === null ? '' : ` (${words})`}`;
}
