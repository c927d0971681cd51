// What the page says, as a pure function of the document: the same words as `pearlctl status` where it says the same.
import { localParts } from '../../state/local-time.ts';
import { formatAge, scaleRates } from '../../state/status/format.ts';
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
export function reasonText({ stateReason, pauseReason }: StatusModel): string | null {
  if (stateReason === null) return pauseReason === null ? null : `pause reason: ${pauseReason}`;
  if (pauseReason === null || stateReason.includes(pauseReason)) return stateReason;
  return `${stateReason} (${pauseReason})`;
}

/** The age is the supervisor's: of another state than `running` it must not sound like that state's own. */
export function sinceText({ state, uptimeSeconds, startedAt }: StatusModel): string {
  if (uptimeSeconds === null || startedAt === null) return '';
  const age = formatAge(uptimeSeconds);
  return `${state === 'running' ? 'for' : 'up'} ${age}, since ${dayAndClock(startedAt)}`;
}

export function placeText({ network, scope }: StatusModel): string {
  return [network, `${scope} scope`].filter((part) => part !== null).join(' · ');
}

/** The facts of a section, as the table has their terms. */
export function sectionFacts(name: 'shares' | 'gateway', model: StatusModel): Fact[] {
  const section = model[name];
  return section === null ? [] : factsIn(STATUS[name].fields, section);
}

/** What the accepted shares say of the rate, beside the measured one. */
export function impliedText({ impliedRate }: StatusModel): string {
  if (impliedRate === null) return 'too few shares yet';
  const { macsPerSecond, lowMacsPerSecond, highMacsPerSecond } = impliedRate;
  const { figures, unit } = scaleRates([macsPerSecond, lowMacsPerSecond, highMacsPerSecond], macsPerSecond);
  return `${figures[0]} ${unit} (${figures[1]} to ${figures[2]})`;
}

export function blocksFacts({ wallet, network }: StatusModel): Fact[] {
  return [
    ['Paid to', wallet ?? 'the login of the pool'],
    ['Network', network ?? 'unknown'],
  ];
}

export function jobFacts({ job }: StatusModel): Fact[] {
  return job === null ? [['Age', 'there is no job']] : factsIn(STATUS.job.fields, job);
}

export function minerFacts({ miner, working, shape }: StatusModel): Fact[] {
  const facts: Fact[] = [];
  if (miner !== null)
    facts.push(...factsIn(STATUS.miner.fields, { ...miner, activity: miner.activity.replace('-', ' ') }));
  // An older supervisor tells nothing of it.
  if (working?.level) facts.push(...factsIn(STATUS.working.fields, working));
  if (shape !== null) {
    facts.push(...factsIn(STATUS.shape.fields, shape), ['Size', `${shape.m} × ${shape.n} × ${shape.k}`]);
  }
  return facts;
}

export function serviceFacts({ service, scope }: StatusModel): Fact[] {
  if (service === null) {
    return [
      ['Scope', scope],
      ['Manager', 'not installed as a service'],
    ];
  }
  const { manager, enabled, startsAt, drift } = service;
  const starts = !enabled ? 'disabled' : startsAt === 'never' ? 'not by itself' : `at ${startsAt}`;
  const facts: Fact[] = [
    ['Scope', scope],
    ['Manager', manager],
    ['Starts', starts],
  ];
  return drift.length === 0 ? facts : [...facts, ['Drift', drift.join(', ')]];
}

export interface ProcessRow {
  name: string;
  state: string;
  pid: string;
  memory: string;
  restarts: string;
}

export function processRows({ supervisor, children, state }: StatusModel): ProcessRow[] {
  const own: ProcessRow = {
    name: 'supervisor',
    state: state.replace('_', ' '),
    pid: figureText(supervisor?.pid),
    memory: memoryText(supervisor?.memoryBytes),
    restarts: '–',
  };
  if (children === null) return [own];
  return [own, processRow('gateway', children.gateway), processRow('miner', children.miner)];
}

function processRow(name: string, { pid, state, restarts, memoryBytes }: ChildStatus): ProcessRow {
  return {
    name,
    state,
    pid: figureText(pid),
    memory: memoryText(memoryBytes),
    restarts: String(restarts),
  };
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

/** `14:03 +01:00` today, otherwise `2026-01-02 14:03 +01:00`. */
export function dayAndClock(at: string, now: Date = new Date()): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return 'unknown';
  const { day, clock, zone } = localParts(date);
  return `${localParts(now).day === day ? '' : `${day} `}${clock.slice(0, 5)} ${zone}`;
}
