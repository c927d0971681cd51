// What the page says, as a pure function of the document: the same words as `pearlctl status` where it says the same.
import { localParts } from '../../state/local-time.ts';
import { formatAge, scaleRates, thousands, threadFigures } from '../../state/status/format.ts';
import { type Fact, factsIn } from '../../state/status/shown-fields.ts';
import { type ChildStatus, type LifecycleState, STATUS, type StatusModel } from '../../state/status/status-table.ts';

/** How the page is coloured: never the only sign of anything. */
export type Mood = 'good' | 'attention' | 'bad' | 'quiet';

const MOODS: Record<LifecycleState, Mood> = {
  not_configured: 'quiet',
  configured: 'quiet',
  starting: 'attention',
  running: 'good',
  degraded: 'attention',
  'outdated-rules': 'bad',
  paused: 'quiet',
  waiting: 'attention',
  stopping: 'attention',
  stopped: 'quiet',
  failed: 'bad',
};

export function moodOf({ state, health }: StatusModel): Mood {
  const mood = MOODS[state];
  return mood === 'good' && health.length > 0 ? 'attention' : mood;
}

/** `Running`, `Not configured`. */
export function stateWord(state: LifecycleState): string {
  return state.charAt(0).toUpperCase() + state.slice(1).replace(/[_-]/, ' ');
}

/** Why it is so: the reason, and for a requested pause the requester. */
export function reasonText({ state, stateReason, pauseReason, pools }: StatusModel): string | null {
  if (state === 'waiting') {
    const isNone = pools.length > 0 && !pools.some(({ isUsed }) => isUsed);
    return isNone ? `${noPool(pools.length)}${stateReason === null ? '' : `: ${stateReason}`}` : stateReason;
  }
  if (pauseReason === 'user') return stateReason ?? 'paused on request';
  if (stateReason === null) return pauseReason === null ? null : `pause reason: ${pauseReason}`;
  if (pauseReason === null || stateReason.includes(pauseReason)) return stateReason;
  return `${stateReason} (${pauseReason})`;
}

function noPool(count: number): string {
  return count === 1 ? 'the pool cannot be used' : `none of the ${count} pools can be used`;
}

/** Since when it is so, and for a state that is not the supervisor's whole life, how long that is. */
export function sinceText({ state, stateSince, uptimeSeconds, startedAt }: StatusModel, nowMs = Date.now()): string {
  if (uptimeSeconds === null || startedAt === null) return '';
  const age = formatAge(uptimeSeconds);
  if (state === 'running') return `for ${age}, since ${dayAndClock(startedAt)}`;
  const up = `supervisor up ${age}`;
  if (stateSince === null) return up;
  const seconds = Math.max(0, (nowMs - Date.parse(stateSince)) / 1000);
  return `for ${formatAge(seconds)}, since ${dayAndClock(stateSince)} · ${up}`;
}

export function placeText({ network, scope, machine }: StatusModel): string {
  return [machine?.host ?? null, network, `${scope} scope`].filter((part) => part !== null).join(' · ');
}

/** What did not count comes with its part of the verdicts. */
export function sharesFacts({ shares }: StatusModel): Fact[] {
  if (shares === null) return [];
  const parts: Record<string, number> = { Rejected: shares.rejected, Stale: shares.stale };
  const judged = shares.accepted + shares.rejected + shares.stale;
  return factsIn(STATUS.shares.fields, shares).map(([term, text]): Fact => {
    const part = parts[term];
    return part === undefined ? [term, text] : [term, `${text}${percentText(part, judged)}`];
  });
}

/** ` (0.7 %)`, or nothing where there is nothing to be a part of. */
export function percentText(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '';
  const percent = (part * 100) / whole;
  return ` (${percent < 0.1 ? 'below 0.1' : percent.toFixed(percent < 9.95 ? 1 : 0)} %)`;
}

/** The upstream of pools is the one that is used: where none is, how many there are says more than "none". */
export function gatewayFacts({ gateway, pools, wallet, network }: StatusModel): Fact[] {
  if (gateway === null) return [];
  const isNone = gateway.upstream === null && pools.length > 0;
  const facts = factsIn(STATUS.gateway.fields, gateway).map(([term, text]): Fact => {
    return term === 'Upstream' && isNone ? [term, noPool(pools.length)] : [term, text];
  });
  return [...facts, ['Network', network ?? 'unknown'], ['Paid to', wallet ?? 'the login of the pool']];
}

const POOL_STATES: Record<string, string> = {
  ready: 'ready',
  'no-job': 'has no job',
  connecting: 'connecting',
  standby: 'stands by',
  resting: 'tried again soon',
  banned: 'has banned us',
  refused: 'refuses us',
};

/** The cells of each pool, in the order of the table's columns. */
export function poolRows({ pools }: StatusModel): string[][] {
  return pools.map(({ name, isUsed, state, reason, latencyMs, difficulty, accepted, rejected, stale }) => {
    const judged = accepted + rejected + stale;
    const latency = latencyMs === null ? '–' : `${Math.max(1, Math.round(latencyMs))} ms`;
    const work = difficulty === null ? '–' : thousands(Number(difficulty.toPrecision(4)));
    const refused = [rejected, stale].map((count) => `${thousands(count)}${percentText(count, judged)}`);
    const standing = [isUsed ? 'mined at' : '', POOL_STATES[state] ?? state, reason ?? ''];
    return [name, ...standing, latency, work, thousands(accepted), ...refused];
  });
}

/** Number, rate, and the core with its clock where they are known. */
export function threadRows({ threads }: StatusModel): [number: string, rate: string, where: string][] {
  return threadFigures(threads).map(({ thread, rate, core, clock }) => {
    const where = [core === null ? null : `core ${core}`, clock].filter((part) => part !== null);
    return [String(thread), rate, where.join(' · ')];
  });
}

/** How many shares a day, in words with their spread. */
export function chanceFigure({ expectation }: StatusModel): string {
  return expectation === null ? '–' : thousands(expectation.sharesPerDay);
}

export function chanceFacts({ expectation, impliedRate }: StatusModel): Fact[] {
  const facts: Fact[] = [];
  if (expectation === null) facts.push(['Because', 'there is no job or no rate yet']);
  else {
    const { sharesPerDay, sharesDeviation, blockSeconds, blockLowSeconds, blockHighSeconds } = expectation;
    if (sharesDeviation !== null) {
      const [low, high] = [sharesPerDay - sharesDeviation, sharesPerDay + sharesDeviation].map(Math.round);
      facts.push(['On 19 days of 20', `${thousands(low ?? 0)} to ${thousands(high ?? 0)}`]);
    }
    if (blockSeconds !== null) facts.push(['A block in', longAge(blockSeconds)]);
    if (blockLowSeconds !== null && blockHighSeconds !== null) {
      facts.push(['19 of 20 within', `${longAge(blockLowSeconds)} to ${longAge(blockHighSeconds)}`]);
    }
    facts.push(['PRL a day, before fees', coinsText(expectation)]);
    if (expectation.rewardPrl !== null) {
      facts.push(['Reward', `${thousands(expectation.rewardPrl)} PRL (${expectation.rewardFrom})`]);
    }
  }
  return [...facts, ['Luck so far', luckText(impliedRate)]];
}

function coinsText({ prlPerDay, prlDeviation, prlReason }: NonNullable<StatusModel['expectation']>): string {
  if (prlPerDay === null) return `not known: ${prlReason ?? 'the supervisor is an older one'}`;
  if (prlDeviation === null) return String(prlPerDay);
  const [low, high] = [prlPerDay - prlDeviation, prlPerDay + prlDeviation].map((prl) => Number(prl.toPrecision(2)));
  return `${prlPerDay} (${low} to ${high} on 19 days of 20)`;
}

/** Shares that were found, against those that the work done stands for. */
function luckText(implied: StatusModel['impliedRate']): string {
  if (implied === null || implied.macsPerSecond === 0) return 'too few shares to tell';
  const expected = (implied.shares * implied.measuredMacsPerSecond) / implied.macsPerSecond;
  return `${thousands(implied.shares)} shares of ${thousands(Math.round(expected))} expected`;
}

/** Years too: a block by one machine takes long. */
function longAge(seconds: number): string {
  const years = seconds / (365.25 * 86_400);
  return years < 1 ? formatAge(seconds) : `${thousands(Number(years.toPrecision(2)))} years`;
}

/** What the accepted shares say of the rate, beside the measured one. */
export function impliedText({ impliedRate }: StatusModel): string {
  if (impliedRate === null) return 'too few shares yet';
  const { macsPerSecond, lowMacsPerSecond, highMacsPerSecond } = impliedRate;
  const { figures, unit } = scaleRates([macsPerSecond, lowMacsPerSecond, highMacsPerSecond], macsPerSecond);
  return `${figures[0]} ${unit} (${figures[1]} to ${figures[2]})`;
}

export function jobFacts({ job, shape, blocks }: StatusModel): Fact[] {
  const facts: Fact[] = job === null ? [['Age', 'there is no job']] : factsIn(STATUS.job.fields, job);
  const size: Fact[] = shape === null ? [] : [['Size', `${shape.m} × ${shape.n} × ${shape.k}`]];
  const made: Fact[] = shape === null ? [] : [...factsIn(STATUS.shape.fields, shape), ...size];
  return [...facts, ...made, ...(blocks === null ? [] : [['Blocks found', thousands(blocks.accepted)] as const])];
}

export function minerFacts({ miner, working }: StatusModel): Fact[] {
  const facts: Fact[] = [];
  if (miner !== null)
    facts.push(...factsIn(STATUS.miner.fields, { ...miner, activity: miner.activity.replace('-', ' ') }));
  // An older supervisor tells nothing of it.
  if (working?.level) facts.push(...factsIn(STATUS.working.fields, working));
  return facts;
}

export function machineFacts(model: StatusModel): Fact[] {
  const { machine, energy } = model;
  const facts = machine === null ? [] : factsIn(STATUS.machine.fields, machine);
  return [...facts, ...(energy === null ? [] : factsIn(STATUS.energy.fields, energy)), ...serviceFacts(model)];
}

function serviceFacts({ service }: StatusModel): Fact[] {
  if (service === null) return [['Manager', 'not installed as a service']];
  const { manager, enabled, startsAt, drift } = service;
  const starts = !enabled ? 'disabled' : startsAt === 'never' ? 'not by itself' : `at ${startsAt}`;
  const facts: Fact[] = [
    ['Manager', manager],
    ['Starts', starts],
  ];
  return drift.length === 0 ? facts : [...facts, ['Drift', drift.join(', ')]];
}

/** The cells of each process, in the order of the table's columns. */
export function processRows({ supervisor, children, state }: StatusModel): string[][] {
  const own = [
    'supervisor',
    state.replace('_', ' '),
    figureText(supervisor?.pid),
    memoryText(supervisor?.memoryBytes),
    '–',
  ];
  const others = Object.entries(children ?? {}).map(([name, { pid, state, restarts, memoryBytes }]) => {
    return [name, state, figureText(pid), memoryText(memoryBytes), String(restarts)];
  });
  return [own, ...others];
}

/** How children ended last, of those that did. */
export function lastEnds({ children }: StatusModel): Fact[] {
  return Object.entries(children ?? {}).flatMap(([name, { lastExit }]): Fact[] =>
    lastExit === null ? [] : [[`Last end of the ${name}`, `${endText(lastExit)}, ${dayAndClock(lastExit.at)}`]],
  );
}

function figureText(value: number | null | undefined): string {
  return value == null ? '–' : String(value);
}

function memoryText(bytes: number | null | undefined): string {
  return bytes == null ? '–' : `${Math.round(bytes / 2 ** 20)} MiB`;
}

function endText({ code, signal }: NonNullable<ChildStatus['lastExit']>): string {
  return signal ?? (code === null ? 'could not start' : `exit ${code}`);
}

/** What a screen reader says between two documents: changes of state and of what is wrong, and nothing else. */
export function announcement(before: StatusModel | null, after: StatusModel): string | null {
  if (before === null) return null;
  if (before.state !== after.state) {
    const reason = reasonText(after);
    return `${stateWord(after.state)}${reason === null ? '' : `: ${reason}`}.`;
  }
  const known = new Set(before.health.map(({ id }) => id));
  const news = after.health.filter(({ id }) => !known.has(id)).map(({ text }) => text);
  return news.length === 0 ? null : news.join(' ');
}

/** `14:03:07 +01:00`. */
export function clockText(date: Date): string {
  const { clock, zone } = localParts(date);
  return `${clock} ${zone}`;
}

/** `12 Nov`. */
export function dayText(atSeconds: number): string {
  const { day } = localParts(new Date(atSeconds * 1000));
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `14:03 +01:00` today, otherwise `2026-01-02 14:03 +01:00`. */
export function dayAndClock(at: string, now: Date = new Date()): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const { day, clock, zone } = localParts(date);
  return `${localParts(now).day === day ? '' : `${day} `}${clock.slice(0, 5)} ${zone}`;
}
