// What is known of a session: its children, its shape, its service. The sidecar keeps these records, and the status shows them.
import type { Field, RecordOf, Table } from './field.ts';

/** The states of a supervisor that lives. */
export const LIVING_STATES = [
  'starting',
  'running',
  'degraded',
  'outdated-rules',
  'paused',
  'waiting',
  'stopping',
] as const;

/** Where one child stands, as the supervisor's table names it. */
export const CHILD_STATES = [
  'down',
  'starting',
  'ready',
  'backoff',
  'recycling',
  'finishing',
  'stopping',
  'stopped',
  'failed',
] as const;
export type ChildStateName = (typeof CHILD_STATES)[number];
export type ChildName = 'gateway' | 'miner';

/** Exactly one of `code` and `signal` is set, and neither when the child could not even be started. */
const LAST_EXIT = {
  code: { kind: 'exitCode?', words: 'Its exit code.' },
  signal: { kind: 'text?', words: 'The signal that ended it.' },
  at: { kind: 'text', words: 'ISO 8601, UTC.' },
  lines: {
    kind: 'texts',
    words: 'The last lines that it wrote, oldest first, without secrets.',
    each: 'One of them.',
  },
} as const satisfies Table;
export type LastExit = RecordOf<typeof LAST_EXIT>;

export const CHILD_HISTORY = {
  restarts: { kind: 'count', words: 'Since the supervisor started.' },
  lastExit: { words: 'How it last ended.', optional: true, fields: LAST_EXIT },
} as const satisfies Table;

export const SHAPE = {
  words: 'What is multiplied.',
  optional: true,
  fields: {
    preset: {
      kind: 'text',
      words: '`light`, `large`, `pool`, `test` or `custom`.',
      page: { term: 'Shape' },
    },
    m: { kind: 'count', words: 'Rows of A.' },
    n: { kind: 'count', words: 'Columns of B.' },
    k: { kind: 'count', words: 'Columns of A, rows of B.' },
    rank: { kind: 'count', words: 'Rank of the noise.', page: { term: 'Rank' } },
  },
} as const satisfies Field;

/** What the service manager knows of us, so that `status` need not ask it. */
export const SERVICE = {
  words: 'What the service manager knows; null without an installed service.',
  optional: true,
  fields: {
    manager: { kind: 'text', words: '`systemd`, `launchd`, or `unknown` where it was not asked.' },
    enabled: { kind: 'flag', words: 'Whether it starts by itself.' },
    active: { kind: 'flag', words: 'Whether the manager runs it.' },
    startsAt: { kind: 'text', words: '`boot`, `login`, `never` or `unknown`.' },
    drift: {
      kind: 'texts',
      words: 'How the installed definition differs from what would be installed today.',
      each: 'One difference.',
    },
    dropIns: {
      kind: 'texts',
      words: 'Files of the administrator that change the unit, and are in force.',
      each: 'The path of one.',
    },
    failure: {
      kind: 'text?',
      words: 'Why the manager itself calls it failed; null where it does not, and while it runs.',
    },
  },
} as const satisfies Field;

/** The same as it is written down. */
export const NOTED_SERVICE = {
  ...SERVICE,
  fields: {
    ...SERVICE.fields,
    driftFix: { kind: 'fix?', words: 'What mends the drift, or has another version run; null for `pearlctl install`.' },
  },
} as const satisfies Field;
export type ServiceStatus = RecordOf<typeof NOTED_SERVICE.fields>;

export const STATE_SINCE = {
  kind: 'time?',
  words: 'Since when the state is what it is; of a pause on request, when it was asked for.',
} as const satisfies Field;

/** How each pool of the configuration stands. */
export const POOLS = {
  words: 'Where jobs may come from, in the order of the configuration; empty where the gateway asks no pools.',
  items: {
    name: { kind: 'text!', words: 'Its address.' },
    state: {
      kind: 'text',
      words:
        '`ready`, `no-job` (it let us in), `connecting`, `standby` (nothing is against it), `resting` (it failed and is asked again), `banned` or `refused`.',
    },
    isUsed: { kind: 'flag', words: 'Whether it is the one that is mined at.' },
    reason: { kind: 'text?', words: 'What is against it, in words for people.' },
    latencyMs: { kind: 'amount?', words: 'From submit to verdict: the median of the last few.' },
    difficulty: { kind: 'amount?', words: 'Of its newest job, against 0xFFFF · 2^208.' },
    accepted: { kind: 'count', words: 'Shares that it took since the gateway started.' },
    rejected: { kind: 'count', words: 'Refused as wrong.' },
    stale: { kind: 'count', words: 'Refused as too late.' },
  },
} as const satisfies Field;

/** What each thread of the miner does. */
export const THREADS = {
  words: 'The threads of the miner in their order; empty while none mines.',
  items: {
    macsPerSecond: { kind: 'count', words: 'Its part of the rate over the last 10 seconds.' },
    core: { kind: 'count?', words: 'The core that it ran on last, as Linux numbers them; null elsewhere.' },
    megahertz: { kind: 'count?', words: 'The clock of that core; null where the system does not tell.' },
  },
} as const satisfies Field;

const TROUBLE = {
  id: { kind: 'text!', words: 'Stable, for scripts.' },
  text: { kind: 'text!', words: 'What is wrong, in a sentence.' },
} as const satisfies Table;

/** What is wrong, and what to do about it, as the supervisor writes it down. */
export const HEALTH = {
  words: 'What is wrong; empty when all is well.',
  items: { ...TROUBLE, fix: { kind: 'fix', words: 'What to do about it.' } },
} as const satisfies Field;
export type HealthItem = RecordOf<typeof HEALTH.items>;

/** The same with its fix in words. */
export const SHOWN_HEALTH = {
  words: 'What should be seen to; empty when all is well.',
  items: {
    ...TROUBLE,
    fix: { kind: 'text', words: 'What to do about it, for people; may be empty.' },
    command: {
      kind: 'texts?',
      words: 'The command of it that a program can run; null where there is none.',
      each: 'One word of it.',
    },
  },
} as const satisfies Field;
